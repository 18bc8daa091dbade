import RSTTestSupport
import RSTWire
import Testing

@testable import RSTCore

/// A peer that sends whatever it likes: nothing of it crashes the client, fills its memory or keeps
/// its owner busy.
@Suite struct HostilePeerTests {
  private static let flags: [TCPFlags] = [
    .acknowledgement, [.acknowledgement, .push], [.fin, .acknowledgement], .reset, .syn,
    [.syn, .acknowledgement], [.reset, .acknowledgement], [], .fin, TCPFlags(rawValue: 0xff),
  ]

  /// A number beside one that matters, or any number at all.
  private static func number(
    near wanted: SequenceNumber, _ generator: inout SeededGenerator
  ) -> SequenceNumber {
    switch Int.random(in: 0..<10, using: &generator) {
    case 0...3: wanted
    case 4...6: wanted + Int.random(in: -3...3, using: &generator)
    case 7: wanted + Int.random(in: -70_000...70_000, using: &generator)
    case 8: wanted + 1 << 31
    default: SequenceNumber(UInt32.random(in: 0 ... .max, using: &generator))
    }
  }

  private static func length(_ generator: inout SeededGenerator) -> Int {
    switch Int.random(in: 0..<10, using: &generator) {
    case 0...5: 0
    case 6...8: Int.random(in: 1...20, using: &generator)
    default: Int.random(in: 1...4_000, using: &generator)
    }
  }

  private static func talk(_ generator: inout SeededGenerator) -> ClientTalk {
    var options = ClientConnection.Options()
    options.window = UInt16.random(in: 0 ... .max, using: &generator)
    options.isReading = Bool.random(using: &generator)
    options.acknowledgesFIN = Bool.random(using: &generator)
    options.completesHandshake = Int.random(in: 0..<4, using: &generator) > 0
    var talk = ClientTalk(timestamps: Bool.random(using: &generator)) { $0 = options }
    talk.client.open(at: talk.now)
    if Int.random(in: 0..<8, using: &generator) > 0 { talk.synAck() }
    return talk
  }

  @Test(arguments: [1, 2] as [UInt64])
  func `20,000 random segments leave the client small, in step and able to stop`(_ seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var talk = Self.talk(&generator)
    var states: Set<ClientConnection.State> = []
    for round in 0..<20_000 {
      if round % 200 == 0 { talk = Self.talk(&generator) }
      let client = talk.client
      let length = Self.length(&generator)
      talk.hear(
        Self.flags.randomElement(using: &generator) ?? [],
        Self.number(near: client.expected, &generator).rawValue,
        acknowledging: Self.number(near: client.nextSequence, &generator).rawValue,
        window: UInt16.random(in: 0 ... .max, using: &generator),
        [UInt8](repeating: 1, count: length), timestamps: Bool.random(using: &generator))
      switch Int.random(in: 0..<30, using: &generator) {
      case 0: talk.client.send([UInt8](repeating: 2, count: 900), at: talk.now)
      case 1: talk.client.close(at: talk.now)
      case 2: talk.client.completeHandshake(at: talk.now)
      default: break
      }
      let answers = talk.sent()
      #expect(answers.count <= 6, "round \(round)")
      talk.wait(.milliseconds(Int.random(in: 0..<40, using: &generator)))
      talk.client.advance(to: talk.now)
      #expect(talk.client.deadline.map { $0 > talk.now } ?? true, "round \(round)")
      #expect(talk.client.outOfOrder.count <= 64)
      #expect(talk.client.received.count < 1 << 17)
      #expect(talk.client.unacknowledged.count <= 4 * talk.client.maximumSegmentSize)
      states.insert(talk.client.state)
    }
    // It has been through everything that a peer can bring about.
    #expect(states.isSuperset(of: [.synSent, .halfOpen, .established, .closing, .reset]))
    talk.client.abort(at: talk.now)
    #expect(talk.client.deadline == nil)
  }
}
