import RSTTestSupport
import RSTWire
import Testing

@testable import RSTCore

/// A conversation over a wire that loses, doubles and reorders: what was said comes out whole.
@Suite struct LossyConversationTests {
  private enum Arrival {
    case atPeer(SegmentDraft)
    case atClient(TCPHeader, [UInt8])
  }

  private struct Wire {
    var faults: Faults
    var generator: SeededGenerator
    var arrivals: [(moment: Moment, arrival: Arrival)] = []

    mutating func carry(_ arrival: Arrival, from now: Moment) {
      for delay in faults.crossings(using: &generator) {
        let moment = now + delay
        let place = arrivals.firstIndex { $0.moment > moment } ?? arrivals.count
        arrivals.insert((moment, arrival), at: place)
      }
    }
  }

  /// Both sides say 5,000 octets and close.
  private func converse(_ faults: Faults, seed: UInt64) -> (ClientConnection, ScriptedPeer) {
    var generator = SeededGenerator(seed: seed)
    let ours = (0..<5_000).map { _ in UInt8.random(in: 0...255, using: &generator) }
    let theirs = (0..<5_000).map { _ in UInt8.random(in: 0...255, using: &generator) }
    var talk = ClientTalk(timestamps: seed % 2 == 0) { options in
      options.isReading = true
      options.acknowledgesFIN = true
      options.repetitions = 20
    }
    var peer = ScriptedPeer(speech: theirs)
    var wire = Wire(faults: faults, generator: generator)
    var now = talk.now
    talk.client.open(at: now)
    var hasSpoken = false
    for _ in 0..<20_000 {
      for segment in talk.sent() { wire.carry(.atPeer(segment), from: now) }
      for (header, payload) in peer.outgoing { wire.carry(.atClient(header, payload), from: now) }
      peer.outgoing = []
      guard
        let next = [wire.arrivals.first?.moment, talk.client.deadline, peer.timer]
          .compactMap(\.self).min()
      else { break }
      now = max(now, next)
      if let first = wire.arrivals.first, first.moment <= now {
        wire.arrivals.removeFirst()
        switch first.arrival {
        case .atPeer(let segment): peer.received(segment, at: now)
        case .atClient(let header, let payload):
          talk.client.received(header, payload: payload, at: now)
        }
      }
      talk.client.advance(to: now)
      peer.advance(to: now)
      if !hasSpoken, talk.client.state == .established {
        hasSpoken = true
        talk.client.send(ours, at: now)
        talk.client.close(at: now)
      }
    }
    #expect(peer.heard == ours, "seed \(seed)")
    #expect(talk.client.received == theirs, "seed \(seed)")
    return (talk.client, peer)
  }

  @Test func `5,000 octets each way arrive over a perfect wire, and nothing is repeated`() {
    let (client, peer) = converse(Faults(), seed: 1)
    #expect(client.state == .closed)
    #expect(peer.isDone)
    #expect(client.repetition == 0)
  }

  @Test(arguments: 0..<4)
  func `5,000 octets each way arrive whole where a tenth is lost, doubled and late`(_ part: Int) {
    var faults = Faults()
    faults.jitter = .milliseconds(8)
    faults.loss = 0.1
    faults.duplication = 0.1
    faults.reordering = 0.1
    for seed in UInt64(50 * part)..<UInt64(50 * part + 50) {
      let (client, peer) = converse(faults, seed: seed)
      #expect(client.state == .closed, "seed \(seed)")
      #expect(peer.isDone, "seed \(seed)")
    }
  }
}
