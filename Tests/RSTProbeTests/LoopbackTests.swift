import Foundation
import Testing

/// Whole runs against this machine itself.
@Suite(
  .serialized, .enabled(if: BuiltTool.isBuilt && BuiltTool.isRoot, "needs root and the built tool"))
struct LoopbackTests {
  @Test(arguments: ["127.0.0.1:9", "[::1]:9"])
  func `a closed port of this machine is closed, in one JSON document`(_ target: String) throws {
    let outcome = try BuiltTool.run([target, "--json"])
    #expect(outcome.status == 0)
    #expect(outcome.errors.isEmpty)
    let document = try #require(
      JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    let verdict = try #require(document["verdict"] as? [String: Any])
    #expect(document["schema"] as? String == "rstprobe/1")
    #expect(verdict["port"] as? String == "closed")
    #expect(verdict["responder"] as? String == "host")
    let packets = try #require(document["packets"] as? [Any])
    #expect(!packets.isEmpty)
  }

  @Test func `a seed repeats the ports and numbers of a run`() throws {
    func sent() throws -> [String] {
      let outcome = try BuiltTool.run(["127.0.0.1:9", "--json", "--seed", "11"])
      let document = try #require(
        JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
      let packets = try #require(document["packets"] as? [[String: Any]])
      return packets.filter { $0["direction"] as? String == "sent" }.prefix(3)
        .map { "\($0["source_port"] ?? "-") \($0["sequence"] ?? "-")" }
    }
    let first = try sent()
    #expect(first.count == 3 && !first[0].contains("-"))
    #expect(try sent() == first)
  }

  @Test func `the capture file holds what the report shows`() throws {
    let path = "/tmp/rstprobe-\(getpid())-run.pcap"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let outcome = try BuiltTool.run(["127.0.0.1:9", "--json", "--write-pcap", path])
    let document = try #require(
      JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    let packets = try #require(document["packets"] as? [Any])
    let file = try Data(contentsOf: URL(fileURLWithPath: path))
    // Magic number of nanosecond stamps, then at octet 20 the link type: 101, raw IP.
    #expect(file.prefix(4) == Data([0x4d, 0x3c, 0xb2, 0xa1]))
    #expect(file[20] == 101)
    var count = 0
    var offset = 24
    while offset + 16 <= file.count {
      let length = (0..<4).reduce(0) { $0 | Int(file[offset + 8 + $1]) << (8 * $1) }
      offset += 16 + length
      count += 1
    }
    #expect(offset == file.count)
    #expect(count == packets.count)
  }

  @Test(arguments: ["127.0.0.1:9", "[::1]:9"])
  func `no privilege but CAP_NET_RAW is needed`(_ target: String) throws {
    let outcome = try BuiltTool.runWithRawNetworkOnly([target, "--quiet"])
    #expect(outcome.output.contains("closed"))
    #expect(outcome.errors.isEmpty)
    #expect(outcome.status == 0)
  }

  @Test func `quiet says the verdict in one line`() throws {
    let outcome = try BuiltTool.run(["127.0.0.1:9", "--quiet"])
    #expect(outcome.output.count { $0 == "\n" } == 1)
    #expect(outcome.output.contains("closed"))
    #expect(outcome.errors.isEmpty)
  }

  @Test(arguments: [[], ["--json"], ["--quiet"]])
  func `a trigger at a closed port is said in one line, status 2, beside the report`(
    _ form: [String]
  ) throws {
    let outcome = try BuiltTool.run(["127.0.0.1:9", "--http-host", "forbidden.example"] + form)
    #expect(
      outcome.errors
        == "rstprobe: no trigger was tried: the port is closed, and they need an open one\n")
    #expect(outcome.output.contains("closed"))
    #expect(outcome.status == 2)
  }

  @Test func `a full disk for the capture file ends before anything is sent`() throws {
    let outcome = try BuiltTool.run(["127.0.0.1:9", "--write-pcap", "/dev/full"])
    #expect(outcome.errors == "rstprobe: writing /dev/full: No space left on device\n")
    #expect(outcome.output.isEmpty)
    #expect(outcome.status == 2)
  }

  @Test func `an interrupt reports what was measured, with status 130`() throws {
    // 198.18.0.1 is no host; the silence keeps the run busy until the signal comes.
    let outcome = try BuiltTool.shell(
      """
      ns=rstprobe-$$; ip netns add $ns; ip -n $ns link set lo up
      ip -n $ns link add e0 type veth peer name e1; ip -n $ns link set e0 up
      ip -n $ns link set e1 up; ip -n $ns addr add 198.18.0.2/24 dev e0
      ip -n $ns neigh add 198.18.0.1 lladdr 02:00:00:00:00:09 dev e0
      ip netns exec $ns "$TOOL" 198.18.0.1:9 --json & tool=$!
      until grep -q '^SigBlk:.*4002$' /proc/$tool/status || ! kill -0 $tool; do :; done
      kill -INT $tool; wait $tool; echo $? >&2
      ip netns del $ns
      """)
    try #require(!outcome.errors.contains("netns"), "needs network namespaces")
    #expect(outcome.errors == "130\n")
    let document = try #require(
      JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    let timing = try #require(document["timing"] as? [String: Any])
    #expect(timing["interrupted"] as? Bool == true)
  }
}
