import RSTWire
import Testing

@testable import RSTCore

/// What a connection of ours makes of what arrives, and of windows.
///
/// RFC 9293, sections 3.8 and 3.10.7.4.
@Suite struct ClientDataTests {
  @Test func `< 3 octets   and 20 ms later > ACK`() {
    var talk = ClientTalk.established()
    talk.hear([.acknowledgement, .push], 5_001, [1, 2, 3])
    #expect(talk.client.received == [1, 2, 3])
    #expect(talk.sent().isEmpty)
    talk.wait(.milliseconds(20))
    let acknowledgements = talk.sent()
    #expect(acknowledgements.map(\.flags) == [.acknowledgement])
    #expect(acknowledgements.first?.acknowledgement == SequenceNumber(5_004))
  }

  @Test func `every second segment is acknowledged at once`() {
    var talk = ClientTalk.established()
    talk.hear(.acknowledgement, 5_001, [1])
    talk.hear(.acknowledgement, 5_002, [2])
    #expect(talk.sent().map(\.acknowledgement) == [SequenceNumber(5_003)])
    talk.wait(.seconds(1))
    #expect(talk.sent().isEmpty)
  }

  @Test func `what arrives behind a hole is kept, and taken when the hole is filled`() {
    var talk = ClientTalk.established()
    talk.hear(.acknowledgement, 5_005, [5, 6])
    talk.hear(.acknowledgement, 5_003, [3, 4])
    #expect(talk.client.receivedCount == 0)
    // Each time it says what it waits for. RFC 5681, section 4.2.
    #expect(talk.sent().map(\.acknowledgement) == [SequenceNumber(5_001), SequenceNumber(5_001)])
    talk.hear(.acknowledgement, 5_001, [1, 2])
    #expect(talk.client.received == [1, 2, 3, 4, 5, 6])
    #expect(talk.client.expected == SequenceNumber(5_007))
  }

  @Test func `of overlapping segments every octet is taken once`() {
    var talk = ClientTalk.established()
    talk.hear(.acknowledgement, 5_004, [4, 5, 6])
    talk.hear(.acknowledgement, 5_001, [1, 2])
    talk.hear(.acknowledgement, 5_002, [2, 3, 4])
    #expect(talk.client.received == [1, 2, 3, 4, 5, 6])
    talk.hear(.acknowledgement, 5_001, [1, 2, 3, 4, 5, 6, 7])
    #expect(talk.client.received == [1, 2, 3, 4, 5, 6, 7])
  }

  @Test func `what arrived before is acknowledged once more, at once`() {
    var talk = ClientTalk.established()
    talk.hear(.acknowledgement, 5_001, [1, 2])
    talk.wait(.milliseconds(20))
    _ = talk.sent()
    talk.hear(.acknowledgement, 5_001, [1, 2])
    #expect(talk.sent().map(\.acknowledgement) == [SequenceNumber(5_003)])
    #expect(talk.client.received == [1, 2])
  }

  @Test func `what nobody reads closes the window, and reading leaves it open`() {
    for isReading in [false, true] {
      var talk = ClientTalk.established { options in
        options.window = 100
        options.isReading = isReading
      }
      talk.hear(.acknowledgement, 5_001, Array(repeating: 1, count: 60))
      talk.wait(.milliseconds(20))
      #expect(talk.sent().map(\.window) == [isReading ? 100 : 40])
      talk.hear(.acknowledgement, 5_061, Array(repeating: 1, count: 60))
      talk.wait(.milliseconds(20))
      #expect(talk.sent().map(\.window) == [isReading ? 100 : 0])
    }
  }

  @Test func `into a closed window goes one octet at a time, until it opens`() {
    var talk = ClientTalk.established(window: 0)
    talk.client.send([1, 2, 3], at: talk.now)
    #expect(talk.sent().isEmpty)
    talk.wait(.milliseconds(300))
    #expect(talk.sent().map(\.payload) == [[1]])
    // The peer has no room for it yet.
    talk.hear(.acknowledgement, 5_001, window: 0)
    talk.wait(.milliseconds(600))
    #expect(talk.sent().map(\.payload) == [[1]])
    talk.hear(.acknowledgement, 5_001, acknowledging: 1_000_002, window: 100)
    #expect(talk.sent().map(\.payload) == [[2, 3]])
  }

  @Test func `a peer that acknowledges every probe of its closed window is not gone`() {
    var talk = ClientTalk.established(window: 0)
    talk.client.send([1, 2, 3], at: talk.now)
    var probes = 0
    for _ in 0..<30 {
      talk.wait(.seconds(1))
      let probed = talk.sent().filter { !$0.payload.isEmpty }
      probes += probed.count
      if !probed.isEmpty { talk.hear(.acknowledgement, 5_001, window: 0) }
    }
    #expect(probes > 10)
    #expect(talk.client.state == .established)
    talk.hear(.acknowledgement, 5_001, acknowledging: 1_000_002, window: 100)
    #expect(talk.sent().map(\.payload) == [[2, 3]])
  }

  @Test func `an older acknowledgement does not set the window back`() {
    var talk = ClientTalk.established()
    talk.hear(.acknowledgement, 5_001, window: 500, [1])
    talk.hear(.acknowledgement, 5_001, window: 9)
    #expect(talk.client.peerWindow == 500)
  }

  @Test(arguments: [true, false])
  func `a keep-alive is answered where that is wanted`(_ answers: Bool) {
    for probe in [[], [0]] as [[UInt8]] {
      var talk = ClientTalk.established { $0.answersKeepAlives = answers }
      talk.hear(.acknowledgement, 5_000, probe)
      #expect(talk.sent().map(\.acknowledgement) == (answers ? [SequenceNumber(5_001)] : []))
      #expect(talk.client.received.isEmpty)
    }
  }

  @Test func `timestamps are sent and echoed where both sides offered them`() {
    var talk = ClientTalk.established()
    talk.client.send([1], at: talk.now)
    #expect(talk.sent().map(\.echo) == [ClientTalk.peerSYN])
    talk.hear(.acknowledgement, 5_001, [1])
    talk.wait(.milliseconds(20))
    #expect(talk.sent().map(\.echo) == [5_001])
    #expect(talk.client.usesTimestamps)
    let reset = talk.client.segment(.reset, sequence: talk.client.nextSequence).segment
    #expect(reset?.options.isEmpty == true)
  }

  @Test(arguments: [(true, false), (false, true), (false, false)])
  func `timestamps are left out where one side did not`(_ ours: Bool, _ theirs: Bool) {
    var talk = ClientTalk(timestamps: ours)
    talk.client.open(at: talk.now)
    _ = talk.sent()
    talk.synAck(timestamps: theirs)
    talk.client.send([1], at: talk.now)
    let segments = talk.sent()
    #expect(segments.count == 2)
    #expect(segments.allSatisfy { $0.options.isEmpty })
    #expect(!talk.client.usesTimestamps)
  }

  @Test func `the first 64 KiB are kept, and all is counted`() {
    var talk = ClientTalk.established { $0.isReading = true }
    let chunk = [UInt8](repeating: 7, count: 1_000)
    for index in 0..<UInt32(200) { talk.hear(.acknowledgement, 5_001 + index * 1_000, chunk) }
    #expect(talk.client.receivedCount == 200_000)
    #expect((65_536..<66_536).contains(talk.client.received.count))
  }
}
