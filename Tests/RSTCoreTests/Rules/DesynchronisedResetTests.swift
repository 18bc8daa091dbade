import RSTTestSupport
import RSTWire
import Testing

@testable import RSTCore

@Suite struct DesynchronisedResetTests {
  @Test func `a segment for a connection that is gone draws a reset (RFC 9293, 3.5.2)`() throws {
    let run = try SurveyRun.of(checks: [.handshake, .conformance])
    let finding = try #require(run.finding(.desynchronisedReset))
    #expect(finding.responder == .host)
    #expect(finding.phase == .data)
  }

  @Test func `where a device eats the resets of connections nothing is said`() throws {
    let resets = PacketMatch { packet in
      packet.tcp.map { $0.sourcePort == 80 && $0.flags.contains(.reset) } ?? false
    }
    let run = try SurveyRun.ofLinux(
      checks: [.handshake, .conformance],
      behind: { $0.put(Drop(resets, .towardsProber), at: 2) })
    #expect(run.outcome(.resetExact) == .inconclusive)
    #expect(run.finding(.desynchronisedReset) == nil)
  }
}
