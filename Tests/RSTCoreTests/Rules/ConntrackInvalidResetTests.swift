import RSTTestSupport
import RSTWire
import Testing

@testable import RSTCore

@Suite struct ConntrackInvalidResetTests {
  /// What a filter calls invalid in the middle of a connection.
  private static let odd = PacketMatch { packet in
    PacketMatch.oddFlags.matches(packet) && packet.tcp?.destinationPort == 80
  }

  @Test(arguments: AddressFamily.allCases)
  func `a router that rejects invalid segments by reset, while the host keeps the connection`(
    _ family: AddressFamily
  ) throws {
    let network = SimulatedNetwork.path(host: .modelled(.linux)) {
      $0.put(Reject(Self.odd), at: 1)
    }
    let run = try SurveyRun(network, family)
    let finding = try #require(run.finding(.conntrackInvalidReset))
    #expect(finding.responder == .networkDevice)
    #expect(finding.hopRange == 1...1)
    #expect(finding.detail("segments") == .words(["fin-without-ack", "no-flags"]))
    #expect(run.outcome(.noFlags) == .deviceReset)
    #expect(run.summary == "rfc5961-conformant")
  }

  @Test func `on the host itself two kinds of segment are needed, and nobody is named`() throws {
    let two = try SurveyRun.ofLinux(behind: { $0.put(Reject(Self.odd), at: 3) })
    #expect(two.finding(.conntrackInvalidReset)?.responder == .unknown)
    let fin = PacketMatch { $0.tcp?.flags == .fin && $0.tcp?.destinationPort == 80 }
    let one = try SurveyRun.ofLinux(behind: { $0.put(Reject(fin), at: 3) })
    #expect(one.outcome(.finWithoutAck) == .deviceReset)
    #expect(one.finding(.conntrackInvalidReset) == nil)
  }

  @Test func `a host that resets by itself, and forgets, is not a device`() throws {
    let run = try SurveyRun.of { $0.established[.finWithoutAck] = .reset }
    #expect(run.outcome(.finWithoutAck) == .reset)
    #expect(run.finding(.conntrackInvalidReset) == nil)
  }
}
