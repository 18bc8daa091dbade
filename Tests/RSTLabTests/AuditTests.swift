import Foundation
import Testing

extension LabTests {
  /// Policies against a zone in which every manner is on a port of its own.
  @Suite struct AuditTests {
    /// Runs an audit of a policy on the prober; again, where a busy machine left something unclear.
    private func audit(
      _ policy: String, in lab: Lab, _ arguments: [String] = []
    ) throws -> Command.Outcome {
      var outcome = try once(policy, in: lab, arguments)
      for _ in 0..<2 where outcome.status == 3 || outcome.output.contains("# SKIP") {
        outcome = try once(policy, in: lab, arguments)
      }
      return outcome
    }

    private func once(
      _ policy: String, in lab: Lab, _ arguments: [String] = []
    ) throws -> Command.Outcome {
      let path = FileManager.default.temporaryDirectory
        .appendingPathComponent("rstprobe-\(UUID().uuidString).yaml")
      try policy.write(to: path, atomically: true, encoding: .utf8)
      defer { try? FileManager.default.removeItem(at: path) }
      return try lab.probe(["audit", path.path] + arguments).outcome()
    }

    private func rule(
      _ port: Int, _ family: Lab.Family, _ expect: String
    ) -> String {
      "  - {name: port \(port), targets: '\(family.target)', ports: \(port), expect: {\(expect)}}\n"
    }

    @Test(arguments: Lab.Family.allCases)
    func `a policy that is met in every manner holds`(_ family: Lab.Family) throws {
      let lab = try Lab(scenario: "audit-zone", family, roundTrip: 10)
      let policy =
        "rules:\n"
        + rule(
          80, family,
          "port: open, responder: host, by_hop: 3, icmp: none, findings: open-port, "
            + "never: [syn-proxy, rfc5961-vulnerable], rfc5961: {rst: mitigated}, idle_survives: 2s, "
            + "answers_within: 2s")
        + rule(81, family, "port: closed, responder: host, by_hop: 3, never: host-firewall-reset")
        + rule(82, family, "port: rejected, responder: host-firewall, icmp: none")
        + rule(83, family, "port: rejected, responder: host-firewall, icmp: port-unreachable")
        + rule(84, family, "port: rejected, responder: network-device, by_hop: 2, icmp: none")
        + rule(85, family, "port: rejected, by_hop: 1, icmp: admin-prohibited")
        + rule(86, family, "port: dropped, responder: none, findings: silent-drop")
        + "everything_else: {ports: 80-90, expect: [closed, open]}\n"
      let outcome = try audit(policy, in: lab, ["--verbose"])
      #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
      #expect(outcome.output.contains(" 0 violated, 0 inconclusive"))
    }

    @Test(arguments: Lab.Family.allCases)
    func `each manner that is not met is a violation of its own`(_ family: Lab.Family) throws {
      let lab = try Lab(scenario: "audit-zone", family, roundTrip: 10)
      let policy =
        "rules:\n"
        + rule(
          80, family,
          "port: closed, responder: network-device, by_hop: 1-2, icmp: admin-prohibited, "
            + "findings: syn-cookies, never: open-port, answers_within: 5s")
        + "  - {name: idle, targets: '\(family.target)', ports: 88, expect: {idle_survives: 4s}}\n"
        + "  - {name: grades, targets: '\(family.target)', ports: 80, expect: {rfc5961: vulnerable}}\n"
      let outcome = try audit(policy, in: lab, ["--format", "tap"])
      #expect(outcome.status == 1, "\(outcome.output)\(outcome.errors)")
      let points = outcome.output.split(separator: "\n")
      for words in [
        "port closed", "responder network-device", "by hop 1 to 2", "icmp admin-prohibited",
        "findings syn-cookies", "never open-port", "idle survives 4s", "rfc5961-vulnerable",
      ] {
        #expect(
          points.contains { $0.hasPrefix("not ok") && $0.hasSuffix(words) },
          "\(words) in\n\(outcome.output)")
      }
      #expect(points.contains { $0.hasPrefix("ok") && $0.hasSuffix("answers within 5s") })
    }

    @Test func `refusals in another manner than the expected one`() throws {
      let family = Lab.Family.four
      let lab = try Lab(scenario: "audit-zone", family, roundTrip: 10)
      let all = (81...86).map { rule($0, family, "port: open") }.joined()
      let outcome = try audit("rules:\n" + all, in: lab, ["--format", "json"])
      #expect(outcome.status == 1)
      for words in [
        "closed, responder host, hop 3", "rejected, responder host-firewall",
        "rejected, responder network-device, hop 2", "rejected, responder network-device, hop 1",
        "dropped, responder none",
      ] { #expect(outcome.output.contains(words), "\(words) in\n\(outcome.output)") }
    }

    @Test(arguments: Lab.Family.allCases)
    func `what is learnt holds, and what is changed then is new`(_ family: Lab.Family) throws {
      let lab = try Lab(scenario: "audit-zone", family, roundTrip: 10)
      let learnt = try lab.probe(["audit", "--learn", family.target, "--ports", "80-86"]).outcome()
      #expect(learnt.status == 0, "\(learnt.output)\(learnt.errors)")
      let before = try audit(learnt.output, in: lab, ["--format", "json"])
      #expect(before.status == 0, "\(learnt.output)\(before.output)\(before.errors)")
      let path = FileManager.default.temporaryDirectory
        .appendingPathComponent("rstprobe-\(UUID().uuidString).json")
      defer { try? FileManager.default.removeItem(at: path) }
      try before.output.write(to: path, atomically: true, encoding: .utf8)
      _ = try lab.shell("target", "nft add rule inet lab input tcp dport 80 drop")
      let after = try audit(learnt.output, in: lab, ["--baseline", path.path, "--format", "json"])
      #expect(after.status == 1, "\(after.output)\(after.errors)")
      // The port, and who answers.
      for words in ["\"new\": 2", "\"fixed\": 0", "\"still\": 0"] {
        #expect(after.output.contains(words), "\(after.output)")
      }
    }

    @Test func `an interrupt ends all runs, and is told`() throws {
      let lab = try Lab(scenario: "audit-zone", .four)
      let path = FileManager.default.temporaryDirectory
        .appendingPathComponent("rstprobe-\(UUID().uuidString).yaml")
      defer { try? FileManager.default.removeItem(at: path) }
      try "rules: [{name: a, targets: 198.51.100.10-19, ports: 80-86, expect: open}]"
        .write(to: path, atomically: true, encoding: .utf8)
      let command = try lab.probe(["audit", path.path, "--format", "json"])
      usleep(1_500_000)
      kill(command.identifier, SIGTERM)
      let outcome = command.outcome()
      #expect(outcome.status == 130 && !outcome.isSignal, "\(outcome)")
      #expect(outcome.output.contains("\"interrupted\": true"))
      #expect(outcome.elapsed < .seconds(5))
    }
  }
}
