import RSTWire
import Testing

@testable import RSTCore

/// Lines of sweeps that mean harm: what they claim costs no memory that there is not.
@Suite struct SweepJoinTests {
  private static let endpoint = Endpoint(
    address: .v4(IPv4Address(rawValue: 0xc000_0201)), port: 80)

  private func add(
    _ sweep: String, targets: UInt64, source: String = "192.0.2.9", to join: inout SweepJoin
  ) -> SweepJoin.Kind {
    join.add(
      Self.endpoint, .open, .host, source: source, sweep: sweep, shard: "1/1", place: 0,
      targets: targets)
  }

  @Test func `sweeps that claim more targets together than there is room are refused`() {
    var join = SweepJoin(room: 1_000)
    #expect(add("a", targets: 600, to: &join) == .new)
    #expect(add("b", targets: 401, to: &join) == .refused)
    #expect(add("c", targets: 400, to: &join) == .new)
    #expect(add("d", targets: 1, to: &join) == .refused)
    #expect(add("a", targets: 600, to: &join) == .repeated)
    #expect(join.parts.map(\.sweep) == ["a", "c"])
  }

  @Test func `sources are told apart as far as they can be counted`() {
    var join = SweepJoin(room: 10)
    var kinds: [SweepJoin.Kind: Int] = [:]
    for number in 0..<4_100 {
      kinds[add("a", targets: 2, source: "source \(number)", to: &join), default: 0] += 1
    }
    #expect(kinds == [.new: 4_096, .refused: 4])
  }
}
