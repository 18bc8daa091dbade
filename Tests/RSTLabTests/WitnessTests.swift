import Foundation
import Testing

extension LabTests {
  /// A witness at the target, and what it leaves there.
  @Suite struct WitnessTests {
    @Test func `what a witness proves is what left the target`() throws {
      let outcome = try Lab.judge(
        ["closed", "host-reject", "router2-reject", "inject-router1", "inject-router1-copies"],
        withWitness: true)
      #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
    }

    @Test(arguments: [SIGINT, SIGTERM])
    func `a witness ends at a signal with a whole record, and leaves no tracing behind`(
      _ signal: Int32
    ) throws {
      let lab = try Lab(scenario: "closed", .four)
      let before = try instances(lab)
      let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
      defer { try? FileManager.default.removeItem(at: file) }
      let command = try Command(
        lab.on("target", ["sh", "-c", "exec \(Lab.tool) witness --port 81 > \(file.path)"]))
      // Its first line says that from now on nothing is missed: until then nothing is sent.
      while command.isRunning, Self.lines(of: file).isEmpty { usleep(10_000) }
      _ = try lab.probe([Lab.Family.four.target(81), "--quiet"]).outcome()
      kill(command.identifier, signal)
      let outcome = command.outcome()
      #expect(outcome.status == 0 && !outcome.isSignal)
      let lines = Self.lines(of: file)
      #expect(lines.first?.hasPrefix("{\"type\": \"witness\"") == true)
      #expect(lines.last?.hasPrefix("{\"type\": \"end\"") == true)
      #expect(lines.contains { $0.contains("\"direction\": \"sent\"") && $0.contains("RST,ACK") })
      #expect(try instances(lab) == before)
    }

    private static func lines(of file: URL) -> [Substring] {
      (try? String(contentsOf: file, encoding: .utf8))?.split(separator: "\n") ?? []
    }

    /// The instances of tracing there are, as a mount of one's own shows them.
    private func instances(_ lab: Lab) throws -> String {
      try lab.shell(
        "target",
        "unshare -m sh -c 'mount -t tracefs none /mnt 2>/dev/null && ls /mnt/instances'")
    }
  }
}
