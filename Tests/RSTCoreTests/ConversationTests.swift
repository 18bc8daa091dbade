import RSTTestSupport
import RSTWire
import Testing

@testable import RSTCore

/// A connection of ours, segment by segment.
///
/// RFC 9293, section 3.10.7.
@Suite struct ConversationTests {
  static let now = Moment(nanoseconds: 0)
  static let synAck = TCPHeader(
    sourcePort: 80, destinationPort: 20_001, sequence: SequenceNumber(5_000),
    acknowledgement: SequenceNumber(1_000_001), flags: [.syn, .acknowledgement], window: 65_160,
    options: [.timestamps(value: 70, echo: 1)])

  /// The conversation that begins with that SYN ACK to our SYN number 1,000,000.
  static func begin(_ reply: HandshakeReply) throws -> Conversation {
    var script = Script()
    script.send("syn")
    let attempt = try #require(script.transcript.attempts.first)
    return Conversation(synAck, to: attempt, reply: reply, at: now)
  }

  static func segment(
    _ flags: TCPFlags, _ sequence: UInt32, acknowledging number: UInt32 = 1_000_001
  ) -> TCPHeader {
    TCPHeader(
      sourcePort: 80, destinationPort: 20_001, sequence: SequenceNumber(sequence),
      acknowledgement: SequenceNumber(number), flags: flags, window: 509,
      options: [.timestamps(value: 90, echo: 1)])
  }

  @Test func `< SYN ACK   > RST exact   and nothing is left of it`() throws {
    var conversation = try Self.begin(.reset)
    let answer = conversation.replyToSYNACK(Self.synAck)
    let reset = try #require(answer?.segment)
    #expect(reset.flags == .reset)
    #expect(reset.sequence == SequenceNumber(1_000_001))
    #expect(reset.options.isEmpty)
    #expect(conversation.state == .takenBack)
    let closing = conversation.close(at: Self.now)
    #expect(closing == nil)
    let aborting = conversation.abort(at: Self.now)
    #expect(aborting == nil)
  }

  @Test func `< SYN ACK   > ACK   with our timestamp and the peer's`() throws {
    var conversation = try Self.begin(.complete)
    let answer = conversation.replyToSYNACK(Self.synAck)
    let last = try #require(answer?.segment)
    #expect(last.flags == .acknowledgement)
    #expect(last.sequence == SequenceNumber(1_000_001))
    #expect(last.acknowledgement == SequenceNumber(5_001))
    #expect(last.payload.isEmpty)
    let echoes = last.options.compactMap { option -> UInt32? in
      if case .timestamps(_, let echo) = option { echo } else { nil }
    }
    #expect(echoes == [70])
  }

  @Test func `a SYN ACK that comes again and again is answered a bounded number of times`() throws {
    var conversation = try Self.begin(.reset)
    let answers = (0..<100).compactMap { _ in conversation.replyToSYNACK(Self.synAck) }
    #expect((2...10).contains(answers.count))
  }

  @Test func `> FIN   < FIN ACK   > ACK   and both are done`() throws {
    var conversation = try Self.begin(.complete)
    let goodbye = conversation.close(at: Self.now)
    let fin = try #require(goodbye?.segment)
    #expect(fin.flags == [.fin, .acknowledgement])
    #expect(fin.sequence == SequenceNumber(1_000_001))
    let answer = conversation.received(
      Self.segment([.fin, .acknowledgement], 5_001, acknowledging: 1_000_002), payloadLength: 0,
      at: Self.now)
    let last = try #require(answer?.segment)
    #expect(last.flags == .acknowledgement)
    #expect(last.sequence == SequenceNumber(1_000_002))
    #expect(last.acknowledgement == SequenceNumber(5_002))
    #expect(conversation.state == .over)
    let aborting = conversation.abort(at: Self.now)
    #expect(aborting == nil)
  }

  @Test func `< 8 octets   > ACK 9   < FIN   > FIN ACK   where the peer closes first`() throws {
    var conversation = try Self.begin(.complete)
    let first = conversation.received(
      Self.segment([.push, .acknowledgement], 5_001), payloadLength: 8, at: Self.now)
    #expect(first?.segment?.acknowledgement == SequenceNumber(5_009))
    let answer = conversation.received(
      Self.segment([.fin, .acknowledgement], 5_009), payloadLength: 0, at: Self.now)
    #expect(answer?.segment?.flags == [.fin, .acknowledgement])
    #expect(answer?.segment?.acknowledgement == SequenceNumber(5_010))
  }

  @Test func `data that leaves a gap is not acknowledged`() throws {
    var conversation = try Self.begin(.complete)
    let answer = conversation.received(
      Self.segment([.acknowledgement], 5_100), payloadLength: 8, at: Self.now)
    #expect(answer == nil)
    #expect(conversation.state == .established)
  }

  @Test func `a reset may be forged, so the FIN is sent all the same`() throws {
    var conversation = try Self.begin(.complete)
    let answer = conversation.received(
      Self.segment(.reset, 5_001), payloadLength: 0, at: Self.now)
    #expect(answer == nil)
    #expect(conversation.state == .established)
    let closing = conversation.close(at: Self.now)
    #expect(closing?.segment?.flags == [.fin, .acknowledgement])
  }

  @Test func `after a FIN was reset twice nothing is sent`() throws {
    var conversation = try Self.begin(.complete)
    _ = conversation.close(at: Self.now)
    for state in [Conversation.State.closing, .over] {
      let answer = conversation.received(
        Self.segment(.reset, 5_001), payloadLength: 0, at: Self.now)
      #expect(answer == nil)
      #expect(conversation.state == state)
    }
    let aborting = conversation.abort(at: Self.now)
    #expect(aborting == nil)
  }

  @Test func `> FIN   (nothing)   > RST exact   where the peer never closes`() throws {
    var conversation = try Self.begin(.complete)
    _ = conversation.close(at: Self.now)
    let last = conversation.abort(at: Self.now)
    let reset = try #require(last?.segment)
    #expect(reset.flags == [.reset, .acknowledgement])
    #expect(reset.sequence == SequenceNumber(1_000_002))
    #expect(conversation.state == .over)
  }

  @Test func `what follows a probe with odd bits, options or a short hop limit is plain`() throws {
    var script = Script()
    script.send("reserved-syn")
    let attempt = try #require(script.transcript.attempts.first)
    var conversation = Conversation(Self.synAck, to: attempt, reply: .complete, at: Self.now)
    let answer = conversation.replyToSYNACK(Self.synAck)
    let last = try #require(answer)
    #expect(last.segment?.reserved == 0)
    #expect(last.segment?.checksum == .computed)
    #expect(last.ipv4Options.isEmpty)
    #expect(last.identification != attempt.draft.identification)
  }
}
