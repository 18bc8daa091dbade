import Foundation
import Testing

/// What /proc says of the tool while it runs, and whose the files are that it leaves.
@Suite(
  .serialized, .enabled(if: BuiltTool.isBuilt && BuiltTool.isRoot, "needs root and the built tool"))
struct LeastPrivilegeTests {
  /// The lines of a process's status that tell of its rights, of each of its threads once.
  private static let rights =
    "'^(Uid|Gid|Groups|CapInh|CapPrm|CapEff|CapBnd|CapAmb|NoNewPrivs|Seccomp):'"

  /// A shell function: waits until a process is filtered, and prints its rights and its children's.
  private static let look = """
    look() {
      until grep -q '^Seccomp:.*2' /proc/$1/status || ! kill -0 $1; do :; done
      for process in $1 $(cat /proc/$1/task/$1/children); do
        until grep -q '^Seccomp:.*2' /proc/$process/status || ! kill -0 $process; do :; done
        grep -Eh \(rights) /proc/$process/task/*/status | tr -s '\\t ' ' ' | sort -u
      done
    }

    """

  private func lines(_ text: String, _ name: String) -> [String] {
    text.split(separator: "\n").filter { $0.hasPrefix(name + ":") }.map {
      $0.dropFirst(name.count + 1).trimmingCharacters(in: .whitespaces)
    }
  }

  /// Runs the tool against a port that is silent, which keeps it busy, and returns what is printed.
  private func rights(sudo: String, _ arguments: String) throws -> String {
    let outcome = try BuiltTool.shell(
      Self.look + """
        ns=rstprobe-$$; ip netns add $ns; ip -n $ns link set lo up
        ip -n $ns link add e0 type veth peer name e1; ip -n $ns link set e0 up
        ip -n $ns link set e1 up; ip -n $ns addr add 198.18.0.2/24 dev e0
        ip -n $ns neigh add 198.18.0.1 lladdr 02:00:00:00:00:09 dev e0
        \(sudo) ip netns exec $ns "$TOOL" \(arguments) >/dev/null & tool=$!
        look $tool; kill -INT $tool; wait $tool; echo "status $?"
        ip netns del $ns
        """)
    try #require(!outcome.errors.contains("netns"), "needs network namespaces")
    #expect(outcome.output.hasSuffix("status 130\n"))
    return outcome.output
  }

  private static let sudo = "SUDO_UID=65534 SUDO_GID=65533"

  @Test func `under sudo a run is the user's, filtered, without a capability`() throws {
    let text = try rights(sudo: Self.sudo, "198.18.0.1:9")
    #expect(lines(text, "Uid") == ["65534 65534 65534 65534"])
    #expect(lines(text, "Gid") == ["65533 65533 65533 65533"])
    #expect(lines(text, "Groups") == [""])
    for set in ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"] {
      #expect(lines(text, set) == ["0000000000000000"], "\(set)")
    }
    #expect(lines(text, "NoNewPrivs") == ["1"])
    #expect(lines(text, "Seccomp") == ["2"])
  }

  @Test func `root itself stays so, without a capability`() throws {
    let text = try rights(sudo: "SUDO_UID= SUDO_GID=", "198.18.0.1:9")
    #expect(lines(text, "Uid") == ["0 0 0 0"])
    #expect(lines(text, "CapPrm") == ["0000000000000000"])
    #expect(lines(text, "CapBnd") == ["0000000000000000"])
    #expect(lines(text, "NoNewPrivs") == ["1"])
    #expect(lines(text, "Seccomp") == ["2"])
  }

  @Test func `what keeps a bundle is confined too, with the rights to files only`() throws {
    let path = "/tmp/rstprobe-\(getpid())-kept"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let text = try rights(sudo: Self.sudo, "198.18.0.1:9 --bundle \(path)")
    // CAP_DAC_OVERRIDE is bit 1, CAP_FOWNER bit 3.
    #expect(lines(text, "CapPrm") == ["0000000000000000", "000000000000000a"])
    #expect(lines(text, "Uid") == ["65534 65534 65534 65534", "65534 65534 65534 65534"])
    #expect(lines(text, "NoNewPrivs") == ["1", "1"])
    #expect(lines(text, "Seccomp") == ["2", "2"])
    let attributes = try FileManager.default.attributesOfItem(atPath: path + "/report.json")
    #expect(attributes[.ownerAccountID] as? Int == 65534)
  }

  @Test func `what opens sockets later keeps CAP_NET_RAW, in each of its threads`() throws {
    let policy = "/tmp/rstprobe-\(getpid())-policy.yaml"
    defer { try? FileManager.default.removeItem(atPath: policy) }
    try """
    rules:
      - {name: shut, targets: 198.18.0.1, ports: "9,10", expect: {port: closed}}
    """.write(toFile: policy, atomically: true, encoding: .utf8)
    let text = try rights(sudo: Self.sudo, "audit \(policy)")
    // CAP_NET_RAW is bit 13.
    #expect(lines(text, "CapPrm") == ["0000000000002000"])
    #expect(lines(text, "CapEff") == ["0000000000002000"])
    #expect(lines(text, "Uid") == ["65534 65534 65534 65534"])
    #expect(lines(text, "NoNewPrivs") == ["1"])
    #expect(lines(text, "Seccomp") == ["2"])
  }

  @Test func `a capture is explained without any right, in each of the threads`() throws {
    let outcome = try BuiltTool.shell(
      Self.look + """
        fifo=/tmp/rstprobe-$$-capture; mkfifo $fifo
        "$TOOL" explain $fifo & tool=$!
        exec 9> $fifo; look $tool; exec 9>&-; wait $tool; echo "status $?"; rm $fifo
        """)
    #expect(lines(outcome.output, "CapPrm") == ["0000000000000000"])
    #expect(lines(outcome.output, "NoNewPrivs") == ["1"])
    #expect(lines(outcome.output, "Seccomp") == ["2"])
    #expect(outcome.output.hasSuffix("status 2\n"))
    #expect(outcome.errors.contains("the file is empty"))
  }

  @Test func `under sudo files are the user's, also where only root may write`() throws {
    let place = "/tmp/rstprobe-\(getpid())-roots"
    let outcome = try BuiltTool.shell(
      """
      mkdir -m 755 \(place) && cd \(place) || exit 99
      \(Self.sudo) "$TOOL" 127.0.0.1:9 --quiet --write-pcap run.pcap --bundle proof || exit 1
      \(Self.sudo) "$TOOL" sweep 127.0.0.1 -p 1-9 --quiet --deepen all --store sweep.db \\
        --nmap-xml sweep.xml --resume sweep.state || exit 2
      \(Self.sudo) "$TOOL" explain run.pcap --quiet --bundle proof || exit 3
      find . -mindepth 1 | sort | xargs stat -c '%n %u:%g'
      """)
    defer { try? FileManager.default.removeItem(atPath: place) }
    #expect(outcome.status == 0)
    #expect(outcome.errors.isEmpty)
    let files = outcome.output.split(separator: "\n").filter { $0.hasPrefix("./") }
    #expect(files.count == 9)
    #expect(files.allSatisfy { $0.hasSuffix(" 65534:65533") })
  }
}
