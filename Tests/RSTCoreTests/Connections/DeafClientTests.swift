import RSTWire
import Testing

@testable import RSTCore

/// A client that ignores resets, as a stack does that missed them, and one whose hop limit ends on
/// the way.
@Suite struct DeafClientTests {
  private static let deaf: @Sendable (inout ClientConnection.Options) -> Void = {
    $0.ignoresResets = true
    $0.isReading = true
  }

  @Test func `> SYN   < RST ACK   < SYN ACK   > ACK   the connection is opened all the same`() {
    var talk = ClientTalk(Self.deaf)
    talk.client.open(at: talk.now)
    _ = talk.sent()
    talk.hear([.reset, .acknowledgement], 0)
    #expect(talk.client.state == .synSent)
    #expect(talk.client.deadline != nil)
    talk.synAck()
    #expect(talk.client.state == .established)
    #expect(talk.sent().map(\.flags) == [.acknowledgement])
  }

  @Test func `> SYN   < RST ACK   and no more: the SYN is repeated until nobody answered`() {
    var talk = ClientTalk(Self.deaf)
    talk.client.open(at: talk.now)
    talk.hear([.reset, .acknowledgement], 0)
    talk.wait(.seconds(60))
    #expect(talk.sent().count == 7)
    #expect(talk.client.state == .unanswered)
  }

  @Test(arguments: [TCPFlags.reset, [.reset, .acknowledgement]])
  func `> data   < RST, exact   > data again   < ACK   < data   > ACK`(_ flags: TCPFlags) {
    var talk = ClientTalk.established(Self.deaf)
    talk.client.send([1, 2, 3], at: talk.now)
    let first = talk.sent()
    talk.hear(flags, 5_001, acknowledging: 1_000_004)
    #expect(talk.client.state == .established)
    // A forged acknowledgement number acknowledges nothing.
    #expect(talk.client.oldestUnacknowledged == SequenceNumber(1_000_001))
    talk.wait(.milliseconds(300))
    #expect(talk.sent().map(\.payload) == first.map(\.payload))
    talk.hear(.acknowledgement, 5_001, acknowledging: 1_000_004)
    #expect(talk.client.oldestUnacknowledged == SequenceNumber(1_000_004))
    talk.hear([.acknowledgement, .push], 5_001, acknowledging: 1_000_004, [7, 8])
    talk.wait(.milliseconds(20))
    #expect(talk.client.received == [7, 8])
    #expect(talk.sent().map(\.acknowledgement) == [SequenceNumber(5_003)])
  }

  @Test func `what a reset carries is not taken for data`() {
    var talk = ClientTalk.established(Self.deaf)
    talk.hear([.reset, .acknowledgement], 5_001, [1, 2, 3])
    talk.wait(.seconds(1))
    #expect(talk.client.received.isEmpty)
    #expect(talk.client.expected == SequenceNumber(5_001))
    #expect(talk.sent().isEmpty)
  }

  @Test func `it can still be taken back, by a reset of the number that the peer expects`() {
    var talk = ClientTalk.established(Self.deaf)
    talk.client.send([1], at: talk.now)
    _ = talk.sent()
    talk.hear(.reset, 5_001)
    talk.client.abort(at: talk.now)
    #expect(talk.sent().map(\.flags) == [.reset])
    #expect(talk.client.state == .aborted)
  }

  @Test func `one that listens is ended by the same reset`() {
    var talk = ClientTalk.established()
    talk.hear(.reset, 5_001)
    #expect(talk.client.state == .reset)
  }

  @Test func `a hop limit is that of all behind the SYN, from when it is set to when it is not`() {
    var talk = ClientTalk()
    func limits() -> [UInt8] {
      defer { talk.client.outgoing = [] }
      return talk.client.outgoing.map(\.hopLimit)
    }
    talk.client.open(at: talk.now)
    let usual = limits()
    talk.synAck()
    #expect(limits() == usual)
    talk.client.options.hopLimit = 2
    talk.client.send([1], at: talk.now)
    talk.wait(.milliseconds(300))
    #expect(limits() == [2, 2])
    talk.client.options.hopLimit = nil
    talk.wait(.milliseconds(600))
    #expect(limits() == usual)
  }

  @Test func `> RST   takes back a connection whose content ended on the way, and goes all of it`()
  {
    var talk = ClientTalk.established(Self.deaf)
    talk.client.options.hopLimit = 2
    talk.client.send([1, 2, 3], at: talk.now)
    let usual = talk.client.template.hopLimit
    talk.client.outgoing = []
    talk.client.abortWhatIsOnItsWay(at: talk.now)
    #expect(talk.client.outgoing.allSatisfy { $0.hopLimit == usual })
    // Whether the three octets arrived is not known.
    let numbers = Set(talk.sent().map(\.sequence))
    #expect(numbers.isSuperset(of: [SequenceNumber(1_000_001), SequenceNumber(1_000_004)]))
  }

  @Test func `a SYN that is repeated keeps the hop limit of the first`() {
    var talk = ClientTalk { $0.hopLimit = 3 }
    talk.client.open(at: talk.now)
    talk.wait(.milliseconds(300))
    #expect(Set(talk.client.outgoing.map(\.hopLimit)) == [64])
  }
}
