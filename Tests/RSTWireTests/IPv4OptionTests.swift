import RSTWire
import Testing

@Suite struct IPv4OptionTests {
  @Test(arguments: 1...9)
  func `a fresh area has its slots empty and is a multiple of 4`(slots: Int) {
    let area = IPv4Option.recordRoute(slots: slots)
    #expect(area.prefix(3) == [7, UInt8(3 + 4 * slots), 4])
    #expect(area.count == 4 * (slots + 1))
    #expect(IPv4Option.recordedRoute(in: area) == [])
  }

  @Test func `a number of slots that does not fit is brought into range`() {
    #expect(IPv4Option.recordRoute(slots: -3) == IPv4Option.recordRoute(slots: 1))
    #expect(IPv4Option.recordRoute(slots: 99).count == 40)
  }

  @Test func `recorded addresses are read up to the pointer`() {
    let area: [UInt8] = [1, 7, 15, 12, 192, 0, 2, 1, 192, 0, 2, 2, 9, 9, 9, 9]
    #expect(
      IPv4Option.recordedRoute(in: area)?.map(\.description) == ["192.0.2.1", "192.0.2.2"])
    var full = area
    full[3] = 16
    #expect(IPv4Option.recordedRoute(in: full)?.count == 3)
  }

  @Test func `the option is found behind others, not behind the end of the list`() {
    let address = IPv4Address(rawValue: 0xc000_0201)
    let behind: [UInt8] = [1, 148, 4, 0, 0, 7, 7, 8, 192, 0, 2, 1]
    #expect(IPv4Option.recordedRoute(in: behind) == [address])
    #expect(IPv4Option.recordedRoute(in: [0] + behind) == nil)
  }

  @Test(
    arguments: [
      [], [0, 7, 7, 4], [7], [7, 0, 4], [7, 1, 4], [7, 2], [7, 3], [7, 40, 4, 0], [7, 3, 8, 0],
      [7, 7, 0, 1, 2, 3, 4], [7, 7, 3, 1, 2, 3, 4], [7, 7, 5, 1, 2, 3, 4], [7, 7, 12, 1, 2, 3, 4],
      [7, 7, 252, 1, 2, 3, 4], [7, 255, 4, 0, 0], [131, 0, 7, 7, 4, 0, 0, 0, 0],
      [7, 6, 8, 1, 2, 3],
    ] as [[UInt8]])
  func `an impossible length or pointer gives no route`(area: [UInt8]) {
    #expect(IPv4Option.recordedRoute(in: area) == nil)
  }
}
