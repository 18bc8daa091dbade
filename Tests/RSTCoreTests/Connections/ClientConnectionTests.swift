import RSTWire
import Testing

@testable import RSTCore

/// How a connection of ours is opened, and what it does about loss.
///
/// RFC 9293, section 3.10.7; RFC 6298.
@Suite struct ClientConnectionTests {
  @Test func `> SYN   < SYN ACK   > ACK   and it is established`() throws {
    var talk = ClientTalk()
    talk.client.open(at: talk.now)
    let syn = try #require(talk.sent().first)
    #expect(syn.flags == .syn)
    #expect(syn.sequence == SequenceNumber(1_000_000))
    #expect(talk.client.state == .synSent)
    talk.synAck()
    let answers = talk.sent()
    #expect(answers.map(\.flags) == [.acknowledgement])
    #expect(answers.first?.sequence == SequenceNumber(1_000_001))
    #expect(answers.first?.acknowledgement == SequenceNumber(5_001))
    #expect(talk.client.state == .established)
    #expect(talk.client.deadline == nil)
  }

  @Test func `a SYN ACK is left without an answer where that was asked for, until it is not`() {
    var talk = ClientTalk { $0.completesHandshake = false }
    talk.client.open(at: talk.now)
    _ = talk.sent()
    talk.synAck()
    #expect(talk.client.state == .halfOpen)
    #expect(talk.sent().isEmpty)
    talk.synAck()
    talk.wait(.seconds(5))
    #expect(talk.sent().isEmpty)
    talk.client.completeHandshake(at: talk.now)
    #expect(talk.sent().map(\.acknowledgement) == [SequenceNumber(5_001)])
    #expect(talk.client.state == .established)
  }

  @Test func `a SYN ACK for another SYN is no answer`() {
    var talk = ClientTalk()
    talk.client.open(at: talk.now)
    _ = talk.sent()
    talk.hear([.syn, .acknowledgement], 5_000, acknowledging: 1_000_002)
    talk.hear(.syn, 5_000)
    talk.hear(.acknowledgement, 5_001)
    #expect(talk.client.state == .synSent)
    #expect(talk.sent().isEmpty)
  }

  @Test func `< RST ACK for the SYN means refused, and nothing follows it`() {
    var talk = ClientTalk()
    talk.client.open(at: talk.now)
    _ = talk.sent()
    talk.hear([.reset, .acknowledgement], 0)
    #expect(talk.client.state == .refused)
    talk.client.abort(at: talk.now)
    talk.wait(.seconds(60))
    #expect(talk.sent().isEmpty)
    #expect(talk.client.state == .refused)
  }

  @Test func `a reset that does not acknowledge the SYN refuses nothing`() {
    var talk = ClientTalk()
    talk.client.open(at: talk.now)
    talk.hear([.reset, .acknowledgement], 0, acknowledging: 999_999)
    talk.hear(.reset, 1_000_001)
    #expect(talk.client.state == .synSent)
  }

  @Test func `a lost SYN is repeated as it was, each time after a longer wait`() {
    var talk = ClientTalk()
    talk.client.open(at: talk.now)
    let first = talk.sent()
    var waits: [Duration] = []
    var last = talk.now
    while let deadline = talk.client.deadline, waits.count < 20 {
      talk.wait(deadline - talk.now)
      let again = talk.sent()
      guard !again.isEmpty else { break }
      #expect(again == first)
      waits.append(talk.now - last)
      last = talk.now
    }
    #expect(waits.count == 6)
    #expect(waits.first == .milliseconds(300))
    #expect(zip(waits, waits.dropFirst()).allSatisfy { $0 <= $1 })
    #expect(waits.last == .seconds(1))
    #expect(talk.client.state == .unanswered)
    #expect(talk.client.deadline == nil)
  }

  @Test func `a SYN ACK that comes once more is acknowledged again, a copy beside it is not`() {
    var talk = ClientTalk.established()
    talk.synAck()
    #expect(talk.sent().isEmpty)
    // What was lost is sent again after a while: RFC 6298, section 2.
    talk.wait(.milliseconds(200))
    _ = talk.sent()
    talk.synAck()
    let again = talk.sent()
    #expect(again.map(\.flags) == [.acknowledgement])
    #expect(again.first?.acknowledgement == SequenceNumber(5_001))
    #expect(talk.client.state == .established)
    #expect(talk.client.peerWindow == 60_000)
  }

  @Test func `> 4 octets   (lost)   > the same 4   < ACK   and no more`() throws {
    var talk = ClientTalk.established()
    talk.client.send([1, 2, 3, 4], at: talk.now)
    let first = try #require(talk.sent().first)
    #expect(first.payload == [1, 2, 3, 4])
    #expect(first.sequence == SequenceNumber(1_000_001))
    talk.wait(.milliseconds(299))
    #expect(talk.sent().isEmpty)
    talk.wait(.milliseconds(1))
    let second = try #require(talk.sent().first)
    #expect(second.payload == first.payload)
    #expect(second.sequence == first.sequence)
    talk.wait(.milliseconds(599))
    #expect(talk.sent().isEmpty)
    talk.hear(.acknowledgement, 5_001, acknowledging: 1_000_005)
    #expect(talk.client.oldestUnacknowledged == SequenceNumber(1_000_005))
    talk.wait(.seconds(60))
    #expect(talk.sent().isEmpty)
    #expect(talk.client.state == .established)
  }

  @Test func `of two segments the second alone is repeated once the first is acknowledged`() {
    var talk = ClientTalk.established()
    talk.client.send([1, 2], at: talk.now)
    talk.client.send([3], at: talk.now)
    #expect(talk.sent().map(\.payload) == [[1, 2], [3]])
    talk.hear(.acknowledgement, 5_001, acknowledging: 1_000_003)
    talk.wait(.milliseconds(300))
    let again = talk.sent()
    #expect(again.map(\.payload) == [[3]])
    #expect(again.first?.sequence == SequenceNumber(1_000_003))
  }

  @Test func `no segment is longer than the peer's maximum, nor more out than its window takes`() {
    var talk = ClientTalk()
    talk.client.open(at: talk.now)
    let header = TCPHeader(
      sourcePort: 80, destinationPort: 20_001, sequence: SequenceNumber(5_000),
      acknowledgement: SequenceNumber(1_000_001), flags: [.syn, .acknowledgement], window: 250,
      options: [.maximumSegmentSize(112), .timestamps(value: 1, echo: 900)])
    talk.client.received(header, payload: [], at: talk.now)
    _ = talk.sent()
    talk.client.send(Array(repeating: 9, count: 1_000), at: talk.now)
    // Timestamps take 12 octets of the 112. RFC 6691.
    #expect(talk.sent().map(\.payload.count) == [100, 100, 50])
    talk.hear(.acknowledgement, 5_001, acknowledging: 1_000_101, window: 150)
    #expect(talk.sent().isEmpty)
    talk.hear(.acknowledgement, 5_001, acknowledging: 1_000_251, window: 30)
    #expect(talk.sent().map(\.payload.count) == [30])
  }

  @Test func `after its repetitions are used up the peer counts as gone, and is asked no more`() {
    var talk = ClientTalk.established()
    talk.client.send([1], at: talk.now)
    talk.client.send([2], at: talk.now)
    talk.wait(.seconds(60))
    #expect(talk.sent().count == 2 + talk.client.options.repetitions)
    #expect(talk.client.state == .unanswered)
    // A late answer wakes nothing up.
    talk.hear(.acknowledgement, 5_001, acknowledging: 1_000_002)
    #expect(talk.client.deadline == nil)
  }

  @Test func `what is crafted moves no number, and carries what it is told to`() throws {
    let talk = ClientTalk.established()
    let draft = talk.client.segment(
      [.acknowledgement, .push], sequence: SequenceNumber(77), acknowledgement: SequenceNumber(88),
      payload: [1])
    let segment = try #require(draft.segment)
    #expect(segment.sequence == SequenceNumber(77))
    #expect(segment.acknowledgement == SequenceNumber(88))
    #expect(draft.identification != 0)
    #expect(talk.client.nextSequence == SequenceNumber(1_000_001))
    #expect(
      talk.client.segment([], sequence: SequenceNumber(1)).segment?.acknowledgement.rawValue == 0)
  }
}
