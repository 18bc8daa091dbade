import Foundation
import RSTWire
import Testing

@testable import RSTNet

extension LabTests {
  /// What a run leaves at the target, on the wire and on its own machine, however it ends.
  @Suite struct LeftoverTests {
    /// The target's connections that are not just listening, one a line.
    private func connections(_ lab: Lab) throws -> String {
      try lab.shell("target", "ss -Htna state all exclude listening")
    }

    /// Starts a run, waits until it has sent something, and sends it a signal.
    private func run(
      _ words: [String], in lab: Lab, endedBy signal: Int32
    ) throws -> Command.Outcome {
      let capture = try lab.inside("prober") { try Capture(interface: "eth0") }
      try capture.filter("(tcp or ip6 proto 6) and outbound")
      let command = try lab.probe(words)
      var ready = pollfd(fd: capture.descriptor, events: Int16(POLLIN), revents: 0)
      try #require(unsafe poll(&ready, 1, 10_000) == 1, "nothing was sent")
      kill(command.identifier, signal)
      return command.outcome()
    }

    @Test(arguments: Lab.Family.allCases)
    func `an interrupt while nothing answers still ends in a report`(
      _ family: Lab.Family
    ) throws {
      let lab = try Lab(scenario: "router2-drop-all", family)
      let outcome = try run([family.target(81), "--json"], in: lab, endedBy: SIGINT)
      #expect(outcome.status == 130 && !outcome.isSignal)
      #expect(outcome.errors.isEmpty)
      let answer = try Answer(outcome)
      #expect(answer.isInterrupted)
      #expect(answer.packets > 0)
      #expect(answer.port == "inconclusive")
    }

    @Test(arguments: Lab.Family.allCases, [SIGINT, SIGTERM])
    func `an interrupt while connections stand closes them`(
      _ family: Lab.Family, _ signal: Int32
    ) throws {
      let lab = try Lab(scenario: "open", family, roundTrip: 20)
      let outcome = try run([family.target(80), "--json"], in: lab, endedBy: signal)
      #expect(outcome.status == 130 && !outcome.isSignal)
      #expect(try Answer(outcome).isInterrupted)
      // Also what SYNs on their way at the interrupt had opened is taken back.
      let left = try settled(lab)
      #expect(left == "")
    }

    @Test(arguments: Lab.Family.allCases)
    func `a run against an open port leaves no connection, and every reset is its own`(
      _ family: Lab.Family
    ) throws {
      let lab = try Lab(scenario: "open", family, roundTrip: 20)
      var capture = try lab.inside("prober") { try Capture(interface: "eth0") }
      try capture.filter("(tcp or ip6 proto 6) and src host \(family.prober)")
      let outcome = try lab.probe([family.target(80), "--json"]).outcome()
      let left = try settled(lab)
      #expect(left == "")
      let answer = try Answer(outcome)
      #expect(answer.port == "open")
      #expect(!answer.resets.isEmpty)
      #expect(try resets(in: &capture).isSubset(of: answer.resets))
    }

    @Test(arguments: Lab.Family.allCases)
    func `nothing is left on the prober after SIGKILL`(_ family: Lab.Family) throws {
      let lab = try Lab(scenario: "router2-drop-all", family)
      let state = """
        ss -Htuwxna | sort; nft list ruleset; ip rule; ip route show table all | sort
        ip address | grep -v valid_lft; ip link; cat /proc/net/raw /proc/net/raw6
        cut -d' ' -f2- /proc/net/packet; sysctl -a 2>/dev/null | grep -E '^net[.]ipv[46][.](tcp|ip)'
        """
      let before = try lab.shell("prober", state)
      #expect(before.contains("lo:"))
      let outcome = try run([family.target(81)], in: lab, endedBy: SIGKILL)
      #expect(outcome.isSignal && outcome.status == SIGKILL)
      #expect(try lab.shell("prober", state) == before)
    }

    /// The target's connections once what was on the wire has arrived: a segment takes 10 ms.
    private func settled(_ lab: Lab) throws -> String {
      _ = try lab.shell("prober", "ping -c 1 -W 1 198.51.100.10")
      return try connections(lab)
    }

    /// The resets that left: source port, destination port and sequence number.
    private func resets(in capture: inout Capture) throws -> Set<String> {
      var found: Set<String> = []
      reading: while true {
        switch try capture.read() {
        case .empty: break reading
        case .unreadable: continue
        case .packet(let packet, _):
          guard let header = packet.tcp, header.flags.contains(.reset) else { continue }
          found.insert(
            "\(header.sourcePort) \(header.destinationPort) \(header.sequence.rawValue)")
        }
      }
      #expect(capture.statistics.dropped == 0)
      return found
    }
  }
}
