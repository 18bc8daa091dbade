import RSTTestSupport
import RSTWire
import Testing

@testable import RSTCore

/// A SYN that was repeated for nothing is acknowledged like any SYN of a connection that stands, and
/// that looks like the answer to a segment: RFC 5961, section 4.2.
@Suite struct RepeatedSYNTests {
  private static let begun = Moment(nanoseconds: 1_000_000_000)

  /// When the first segment of the matrix leaves, on a connection whose SYN ACK comes so late.
  private static func firstQuestion(synAckAfter delay: Duration) throws -> Duration {
    let target = Target(name: "target", address: SimulatedRun.target(.ipv4), port: 80)
    let investigation = Investigation(
      target: target, source: SimulatedRun.prober(.ipv4), ports: Array(20_000..<20_400),
      options: InvestigationOptions(), seed: 1)
    var suite = investigation.suite(
      ConnectionPlan(checks: [.conformance], connections: 1),
      limits: ConnectionLimits(connections: 1))
    var transcript = Transcript()
    suite.begin(at: begun, in: &transcript)
    var now = begun
    var hasAnswered = false
    while now < begun + .seconds(5) {
      while let next = suite.nextTransmission(at: now) {
        let packet = try #require(Packet(datagram: next.draft.encoded()))
        _ = suite.received(packet, at: now, in: &transcript)
        let flags = try #require(packet.tcp).flags
        if hasAnswered, flags != .syn, flags != .acknowledgement { return now - begun }
      }
      now = now + .milliseconds(5)
      if !hasAnswered, now - begun >= delay {
        hasAnswered = true
        let syn = try #require(Packet(datagram: transcript.attempts[0].draft.encoded()))
        let synAck = try #require(RSTTestSupport.Answer.synAck().packet(syn))
        _ = suite.received(synAck, at: now, in: &transcript)
      }
      suite.advance(to: now, in: &transcript)
    }
    Issue.record("nothing was asked")
    return .zero
  }

  @Test func `a connection is asked as soon as its handshake is through`() throws {
    #expect(try Self.firstQuestion(synAckAfter: .milliseconds(40)) < .milliseconds(100))
  }

  @Test func `where the SYN was repeated, not before that one has had its answer`() throws {
    // Nothing was measured: the SYN goes out again after 300 ms.
    #expect(try Self.firstQuestion(synAckAfter: .milliseconds(320)) >= .milliseconds(900))
  }

  @Test func `a SYN that leaves late is not repeated before its answer was due`() throws {
    let draft = PacketDraft(
      source: SimulatedRun.prober(.ipv4), destination: SimulatedRun.target(.ipv4),
      content: .segment(
        SegmentDraft(
          sourcePort: 20_000, destinationPort: 80, sequence: SequenceNumber(1), flags: .syn)))
    var client = ClientConnection(syn: draft, at: Self.begun)
    client.timeout = .milliseconds(40)
    client.open(at: Self.begun)
    client.outgoing = []
    client.noteDeparture(at: Self.begun + .milliseconds(30))
    client.advance(to: Self.begun + .milliseconds(60))
    #expect(!client.hasRepeatedSYN && client.outgoing.isEmpty)
    client.advance(to: Self.begun + .milliseconds(70))
    #expect(client.hasRepeatedSYN && client.outgoing.count == 1)
  }
}
