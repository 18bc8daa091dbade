import RSTTestSupport
import RSTWire
import Testing

@testable import RSTCore

@Suite struct DistanceTests {
  @Test(arguments: [
    (UInt8(64), 1), (62, 3), (33, 32), (32, 1), (30, 3), (1, 32), (128, 1), (126, 3), (65, 64),
    (255, 1), (253, 3), (129, 127), (0, 33),
  ])
  func `the distance is that from the next usual initial value`(_ given: (UInt8, Int)) {
    #expect(Distance.suggested(by: given.0) == given.1)
  }

  @Test func `it is at least one, whatever arrives`() {
    for hopLimit in UInt8.min...(.max) { #expect(Distance.suggested(by: hopLimit) >= 1) }
  }
}

@Suite struct LadderTests {
  /// A ladder of SYNs to a control port: routers at 1 and 2, the host from 3 on.
  static func climb(_ family: AddressFamily, lost: Set<Int> = []) -> Script {
    var script = Script(family)
    for rung in 1...5 {
      let attempt = script.send("ladder-syn", Script.control, hopLimit: UInt8(rung))
      guard !lost.contains(rung) else { continue }
      script.answer(attempt, rung < 3 ? .timeExceeded(from: rung) : .reset)
    }
    return script
  }

  @Test(arguments: families)
  func `the answering begins at the first rung that no router ends`(_ family: AddressFamily) {
    let ladder = Self.climb(family).observations.controlLadder
    #expect(ladder.begins == 3...3)
    #expect(ladder.isExact)
    #expect(ladder.lastRouter == 2)
    #expect(ladder.firstAnswer == 3)
  }

  @Test func `a missing rung leaves an interval, never a guess`() {
    #expect(Self.climb(.ipv4, lost: [2]).observations.controlLadder.begins == 2...3)
    #expect(Self.climb(.ipv4, lost: [3]).observations.controlLadder.begins == 3...4)
    #expect(Self.climb(.ipv4, lost: [1, 2]).observations.controlLadder.begins == 1...3)
    #expect(Self.climb(.ipv4, lost: [3, 4, 5]).observations.controlLadder.begins == nil)
  }

  @Test func `silent rungs are counted, and those that never left are not`() {
    var script = Script()
    for _ in 0..<3 { script.send("ladder-syn", hopLimit: 2) }
    script.send("ladder-syn", hopLimit: 2, leaves: false)
    #expect(script.observations.targetLadder.silences == [2: 3])
  }

  @Test func `the routers are those of all ladders together`() {
    var script = Self.climb(.ipv4)
    script.exchange("ladder-echo", .host, hopLimit: 1, .timeExceeded(from: 1))
    #expect(script.observations.routers.keys.sorted() == [1, 2])
    #expect(script.observations.routers[2] == SimulatedNetwork.addresses(ofRouter: 2)[.ipv4])
  }

  @Test(arguments: families)
  func `a device in the forwarding path answers from one rung further on`(
    _ family: AddressFamily
  ) throws {
    let run = try SimulatedNetwork.path(Reject(.port(81)), at: 2).run(81, family)
    let ladder = run.observations.targetLadder
    #expect(ladder.begins == 3...3)
    #expect(ladder.hops(ofDeviceAt: 2, from: ladder.begins) == 2...2)
    #expect(ladder.hops(ofDeviceAt: nil, from: ladder.begins) == 2...3)
    #expect(ladder.hops(ofDeviceAt: 9, from: ladder.begins) == 2...3)
  }
}
