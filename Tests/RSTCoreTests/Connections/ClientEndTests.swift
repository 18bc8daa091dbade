import RSTWire
import Testing

@testable import RSTCore

/// How a connection of ours ends: by FIN either way round, or by a reset.
///
/// RFC 9293, section 3.6; RFC 5961, section 3.2.
@Suite struct ClientEndTests {
  private static let acknowledging: @Sendable (inout ClientConnection.Options) -> Void = {
    $0.acknowledgesFIN = true
  }

  @Test func `> FIN   < ACK   < FIN   > ACK   where we close first`() {
    var talk = ClientTalk.established(Self.acknowledging)
    talk.client.close(at: talk.now)
    #expect(talk.sent().map(\.flags) == [[.fin, .acknowledgement]])
    talk.hear(.acknowledgement, 5_001, acknowledging: 1_000_002)
    #expect(talk.client.isFINAcknowledged)
    #expect(talk.client.state == .closing)
    talk.hear([.fin, .acknowledgement], 5_001, acknowledging: 1_000_002)
    let last = talk.sent()
    #expect(last.map(\.flags) == [.acknowledgement])
    #expect(last.first?.sequence == SequenceNumber(1_000_002))
    #expect(last.first?.acknowledgement == SequenceNumber(5_002))
    #expect(talk.client.state == .closed)
    #expect(talk.client.deadline == nil)
  }

  @Test func `< FIN   > ACK   > FIN   < ACK   where the peer closes first`() {
    var talk = ClientTalk.established(Self.acknowledging)
    talk.hear([.fin, .acknowledgement], 5_001)
    #expect(talk.sent().map(\.acknowledgement) == [SequenceNumber(5_002)])
    #expect(talk.client.peerFinished == talk.now)
    #expect(talk.client.state == .established)
    talk.client.close(at: talk.now)
    let fin = talk.sent()
    #expect(fin.map(\.flags) == [[.fin, .acknowledgement]])
    #expect(fin.first?.acknowledgement == SequenceNumber(5_002))
    talk.hear(.acknowledgement, 5_002, acknowledging: 1_000_002)
    #expect(talk.client.state == .closed)
  }

  @Test func `a FIN is left unacknowledged unless that was asked for`() {
    var talk = ClientTalk.established()
    talk.hear([.fin, .acknowledgement], 5_001, [1])
    talk.wait(.seconds(1))
    #expect(talk.client.peerFinished != nil)
    #expect(
      talk.sent().allSatisfy { $0.acknowledgement.distance(from: SequenceNumber(5_002)) <= 0 })
  }

  @Test func `a lost FIN is repeated until it is acknowledged`() {
    var talk = ClientTalk.established()
    talk.client.close(at: talk.now)
    let first = talk.sent()
    talk.wait(.milliseconds(300))
    let second = talk.sent()
    #expect(second.map(\.flags) == [[.fin, .acknowledgement]])
    #expect(second.map(\.sequence) == first.map(\.sequence))
    talk.hear(.acknowledgement, 5_001, acknowledging: 1_000_002)
    talk.wait(.seconds(60))
    #expect(talk.sent().isEmpty)
  }

  @Test func `data goes before the FIN, and is repeated before it`() {
    var talk = ClientTalk.established()
    talk.client.send([1, 2], at: talk.now)
    talk.client.close(at: talk.now)
    #expect(talk.sent().map(\.flags) == [[.acknowledgement, .push], [.fin, .acknowledgement]])
    talk.wait(.milliseconds(300))
    #expect(talk.sent().map(\.payload) == [[1, 2]])
    talk.hear(.acknowledgement, 5_001, acknowledging: 1_000_003)
    talk.wait(.milliseconds(300))
    let again = talk.sent()
    #expect(again.map(\.flags) == [[.fin, .acknowledgement]])
    #expect(again.first?.sequence == SequenceNumber(1_000_003))
  }

  @Test func `a FIN behind a hole ends nothing before the hole is filled`() {
    var talk = ClientTalk.established(Self.acknowledging)
    talk.hear([.fin, .acknowledgement], 5_003)
    #expect(talk.client.peerFinished == nil)
    talk.hear(.acknowledgement, 5_001, [1, 2])
    #expect(talk.client.peerFinished != nil)
    #expect(talk.client.expected == SequenceNumber(5_004))
    #expect(talk.sent().last?.acknowledgement == SequenceNumber(5_004))
  }

  @Test func `an exact reset ends it`() {
    var talk = ClientTalk.established()
    talk.client.send([1], at: talk.now)
    _ = talk.sent()
    talk.hear(.reset, 5_001)
    #expect(talk.client.state == .reset)
    talk.wait(.seconds(60))
    #expect(talk.sent().isEmpty)
  }

  @Test(arguments: [5_000, 5_002, 6_000, 4_000, 5_001 &+ 1 << 31] as [UInt32])
  func `a reset with any other number does not`(_ number: UInt32) {
    var talk = ClientTalk.established()
    talk.hear(.reset, number)
    talk.hear([.reset, .acknowledgement], number)
    #expect(talk.client.state == .established)
  }

  @Test func `after a reset a late acknowledgement starts nothing`() {
    var talk = ClientTalk.established()
    talk.client.send([1], at: talk.now)
    talk.client.send([2], at: talk.now)
    _ = talk.sent()
    talk.hear(.reset, 5_001)
    talk.hear(.acknowledgement, 5_001, acknowledging: 1_000_002)
    talk.client.advance(to: talk.now + .seconds(5))
    #expect(talk.client.deadline == nil)
    #expect(talk.sent().isEmpty)
  }

  @Test func `> RST   takes the number that the peer acknowledged last`() {
    var talk = ClientTalk.established()
    #expect(talk.client.exactReset.segment?.sequence == SequenceNumber(1_000_001))
    // It took a crafted octet that we do not count.
    talk.hear(.acknowledgement, 5_001, acknowledging: 1_000_002)
    #expect(talk.client.nextSequence == SequenceNumber(1_000_001))
    #expect(talk.client.exactReset.segment?.sequence == SequenceNumber(1_000_002))
  }

  @Test func `an acknowledgement that was overtaken does not set that number back`() {
    var talk = ClientTalk.established()
    talk.hear(.acknowledgement, 5_001, acknowledging: 1_000_002)
    talk.hear(.acknowledgement, 5_001, acknowledging: 1_000_001)
    #expect(talk.client.exactReset.segment?.sequence == SequenceNumber(1_000_002))
  }

  @Test func `nor does one that is out of this world move it`() {
    var talk = ClientTalk.established()
    talk.hear(.acknowledgement, 5_001, acknowledging: 1_000_001 + 1 << 20)
    #expect(talk.client.exactReset.segment?.sequence == SequenceNumber(1_000_001))
  }

  @Test func `abort sends one exact reset and is done, in any state but before the SYN`() throws {
    for isHalfOpen in [true, false] {
      var talk = ClientTalk { $0.completesHandshake = !isHalfOpen }
      talk.client.abort(at: talk.now)
      #expect(talk.sent().isEmpty)
      talk.client.open(at: talk.now)
      talk.synAck()
      talk.client.send([1], at: talk.now)
      _ = talk.sent()
      talk.client.abort(at: talk.now)
      let resets = talk.sent()
      #expect(resets.map(\.flags) == [.reset])
      #expect(
        resets.first?.sequence == SequenceNumber(isHalfOpen ? 1_000_001 : 1_000_002))
      #expect(talk.client.state == .aborted)
      #expect(talk.client.deadline == nil)
      talk.hear([.fin, .acknowledgement], 5_001)
      #expect(talk.sent().isEmpty)
    }
  }
}
