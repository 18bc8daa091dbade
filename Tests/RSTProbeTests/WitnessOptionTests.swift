import ArgumentParser
import Foundation
import Testing

@testable import rstprobe

/// `rstprobe witness` and `--witness`.
@Suite(.serialized) struct WitnessOptionTests {
  private func settings(_ arguments: String...) throws -> WitnessSettings {
    try WitnessSettings(Witness.parse(arguments))
  }

  @Test func `all ports until interrupted, unless one of them is asked for`() throws {
    let all = try settings()
    #expect(all.port == nil && all.duration == nil && all.output == nil)
    let some = try settings("--port", "443", "--duration", "1.5m", "--output", "w.ndjson")
    #expect(some.port == 443)
    #expect(some.duration == .seconds(90))
    #expect(!some.isRecordSaid)
    #expect(try settings("--json").isRecordSaid)
  }

  @Test(arguments: [
    ["--port", "0"], ["--port", "65536"], ["--duration", "0"], ["--duration", "soon"],
    ["--json", "--output", "w.ndjson"], ["w.ndjson"],
  ])
  func `what makes no sense is refused`(_ arguments: [String]) {
    #expect(throws: (any Error).self) { try WitnessSettings(Witness.parse(arguments)) }
  }

  @Test func `help names every option`() {
    let help = Witness.helpMessage(columns: 80)
    for option in ["--port", "--duration", "--json", "--output"] {
      #expect(help.contains("  \(option)"), "\(option)")
    }
  }

  @Test func `a record to join is a file or standard input`() throws {
    func path(_ arguments: String...) throws -> String? {
      try Settings(RSTProbe.parse(["192.0.2.1:1"] + arguments)).witness
    }
    #expect(try path() == nil)
    #expect(try path("--witness", "w.ndjson") == "w.ndjson")
    #expect(try path("--witness", "-") == "-")
    #expect(throws: (any Error).self) { try path("--witness", "") }
  }

  // MARK: - The built tool

  @Test(.enabled(if: BuiltTool.isBuilt, "the tool is not built"))
  func `without CAP_NET_RAW one line says so, with status 77`() throws {
    let outcome = try BuiltTool.runUnprivileged(["witness", "--duration", "1ms"])
    #expect(outcome.isOneLine)
    #expect(outcome.status == 77)
  }

  @Test(
    .enabled(if: BuiltTool.isBuilt && BuiltTool.isRoot, "needs root and the built tool"),
    arguments: ["/nonexistent/w.ndjson", "/dev/null", "/etc/passwd"])
  func `what is no record ends the run before anything is sent`(_ path: String) throws {
    let outcome = try BuiltTool.run(["127.0.0.1:9", "--witness", path])
    #expect(outcome.isOneLine)
    #expect(outcome.errors.contains("--witness \(path)"))
    #expect(outcome.status == 2)
  }

  @Test(.enabled(if: BuiltTool.isBuilt && BuiltTool.isRoot, "needs root and the built tool"))
  func `with CAP_NET_RAW alone it goes on without reasons, and says so`() throws {
    // User 0 may read a tracefs that somebody mounted, whatever capabilities it has.
    let outcome = try BuiltTool.shell(
      """
      exec unshare --mount sh -c 'mount -t tmpfs none /sys/kernel/tracing; exec setpriv \
        --bounding-set=-all,+net_raw,+dac_override --inh-caps=-all "$TOOL" witness --duration 50ms'
      """)
    #expect(outcome.errors.hasPrefix("rstprobe: no reasons of the kernel's resets: "))
    #expect(outcome.errors.count { $0 == "\n" } == 1)
    #expect(outcome.output.contains("\"reasons\": false"))
    #expect(outcome.output.contains("\"type\": \"end\""))
    #expect(outcome.status == 0)
  }

  @Test(
    .enabled(if: BuiltTool.isBuilt && BuiltTool.isRoot, "needs root and the built tool"),
    arguments: ["127.0.0.1:9", "[::1]:9"])
  func `a closed port of this machine is proven closed, through a pipe`(
    _ target: String
  ) throws {
    var (outcome, document, witness) = try joined(target)
    // On a machine that other tests keep busy a record may lack packets, and says so.
    for _ in 0..<2 where witness["complete"] as? Bool == false {
      (outcome, document, witness) = try joined(target)
    }
    #expect(witness["complete"] as? Bool == true)
    let resets = try #require(witness["resets"] as? [[String: Any]])
    let origins = resets.map { $0["origin"] as? String }
    #expect(origins.contains("sent"))
    #expect(!origins.contains("never-sent"))
    let verdict = try #require(document["verdict"] as? [String: Any])
    #expect(verdict["port"] as? String == "closed")
    #expect(outcome.status == 0)
  }

  /// A run against a port of this machine, joined with the record of a witness on it.
  private func joined(
    _ target: String
  ) throws -> (BuiltTool.Outcome, document: [String: Any], witness: [String: Any]) {
    let outcome = try BuiltTool.shell(
      "\"$TOOL\" witness --port 9 --duration 4s | \"$TOOL\" '\(target)' --json --witness -")
    let document = try #require(
      JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    return (outcome, document, try #require(document["witness"] as? [String: Any]))
  }
}
