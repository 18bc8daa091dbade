import RSTTestSupport
import RSTWire
import Testing

@testable import RSTCore

@Suite struct AbortiveCloseTests {
  @Test
  func `a reset of the socket's own, in place of a FIN, is the application's (RFC 2525, 2.17)`()
    throws
  {
    let run = try SurveyRun.of { $0.service = .resetsAtOnce }
    let finding = try #require(run.finding(.abortiveClose))
    #expect(finding.responder == .host)
    #expect(finding.evidence.contains { $0.code == "carries-timestamps" })
  }

  @Test func `a service that closes by FIN does not abort`() throws {
    #expect(try SurveyRun.of { $0.service = .closesAtOnce }.finding(.abortiveClose) == nil)
    #expect(try SurveyRun.of().finding(.abortiveClose) == nil)
  }

  @Test func `nor does one behind a filter that resets our FIN`() throws {
    let fin = PacketMatch { packet in
      packet.tcp.map { $0.destinationPort == 80 && $0.flags.contains(.fin) } ?? false
    }
    let run = try SurveyRun.ofLinux(
      checks: [.handshake, .close], behind: { $0.put(Reject(fin), at: 2) })
    #expect(run.finding(.abortiveClose) == nil)
  }
}
