import Foundation
import Testing

extension LabTests {
  /// Sweeps whose ambiguous ports are investigated.
  @Suite struct SweepTests {
    /// The ports that lines name, and those of them that were investigated.
    private func ports(_ lines: String) throws -> (all: [Int], investigated: [Int]) {
      var all: [Int] = []
      var investigated: [Int] = []
      for line in lines.split(separator: "\n") {
        let object = try #require(
          try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        let target = try #require(object["target"] as? [String: Any])
        let port = try #require(target["port"] as? Int)
        all.append(port)
        if object["deepened"] as? Bool == true { investigated.append(port) }
      }
      return (all.sorted(), investigated)
    }

    /// A host whose packet filter refuses everything: nothing tells its resets from a stack's at first.
    private func refusingLab() throws -> Lab {
      let lab = try Lab(scenario: "audit-zone", .four, roundTrip: 10)
      _ = try lab.shell(
        "target", "nft add rule inet lab input tcp dport 90-65535 reject with tcp reset")
      return lab
    }

    @Test func `an interrupt while ports are investigated loses none and says none twice`() throws {
      let lab = try refusingLab()
      let state = FileManager.default.temporaryDirectory
        .appendingPathComponent("rstprobe-\(UUID().uuidString)").path
      defer { try? FileManager.default.removeItem(atPath: state) }
      let sweep = [
        "sweep", "198.51.100.10", "-p", "100-139", "--deepen", "all", "--resume", state,
      ]
      let command = try lab.probe(sweep)
      usleep(5_000_000)
      kill(command.identifier, SIGINT)
      let outcome = command.outcome()
      #expect(outcome.status == 130 && !outcome.isSignal, "\(outcome)")
      let said = try ports(outcome.output)
      #expect(said.all == Array(100...139))
      #expect((1..<40).contains(said.investigated.count), "\(said.investigated)")
      #expect(outcome.errors.contains("\(said.investigated.count) rejected"), "\(outcome.errors)")
      let rest = try lab.probe(sweep).outcome()
      #expect(rest.status == 0 && rest.output.isEmpty, "\(rest)")
    }

    @Test func `what an investigation shows is what the summary counts`() throws {
      let lab = try refusingLab()
      let outcome = try lab.probe(["sweep", "198.51.100.10", "-p", "100-102"]).outcome()
      #expect(outcome.status == 0, "\(outcome)")
      #expect(outcome.errors.contains("3 of 3 targets"), "\(outcome.errors)")
      #expect(outcome.errors.contains(": 3 rejected\n"), "\(outcome.errors)")
    }
  }
}
