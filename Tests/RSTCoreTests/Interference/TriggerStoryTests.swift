import RSTTestSupport
import RSTWire
import Testing

@testable import RSTCore

/// One connection that content was tried on, read from its packets.
@Suite struct TriggerStoryTests {
  /// A rung's content leaves, and a router says that the hop limit of a segment of ours ended.
  private func story(quoting asked: Resets.Asked) throws -> TriggerStory {
    var router = Site(SimulatedNetwork.addresses(ofRouter: 1))
    let start = Moment(nanoseconds: 1_000_000_000)
    let answer = router.timeExceeded(about: Resets.packet(asked), now: start)
    let error = try #require(answer)
    let packets = [(Direction.sent, Resets.packet(Resets.Asked())), (.received, error)]
    let seen = TriggerObservation(
      trigger: 0, role: .rung(1), attempt: 0, opened: start, isOpened: true, begun: start,
      checked: nil, liveness: .unknown, livenessPacket: nil, length: asked.payload.count,
      isTaken: false, sends: 1, resets: 0, hasForeignSegments: false,
      isClosedByPeer: false)
    return TriggerStory(
      seen,
      packets.enumerated().map { index, entry in
        RecordedPacket(
          index: index, moment: start + .milliseconds(20) * index, direction: entry.0,
          packet: entry.1, attempt: 0)
      })
  }

  @Test func `an error that quotes content says where its hop limit ended`() throws {
    #expect(try story(quoting: Resets.Asked()).expired.count == 1)
  }

  @Test func `one that quotes a bare acknowledgement with the same number does not`() throws {
    let bare = Resets.Asked(flags: .acknowledgement, payload: [])
    #expect(try story(quoting: bare).expired.isEmpty)
  }
}
