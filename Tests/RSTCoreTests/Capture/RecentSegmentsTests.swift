import RSTWire
import Testing

@testable import RSTCore

@Suite struct RecentSegmentsTests {
  private static func segment(
    _ number: Int, identification: UInt16? = 7, milliseconds: Int64 = 0
  ) -> LoggedSegment {
    var segment = CapturedSegment(
      source: .v4(IPv4Address(rawValue: 0xc000_0201)),
      destination: .v4(IPv4Address(rawValue: 0xc633_640a)), sourcePort: 40_000,
      destinationPort: 80, sequence: SequenceNumber(UInt32(number)), flags: .acknowledgement)
    segment.identification = identification
    segment.dontFragment = identification.map { _ in true }
    return LoggedSegment(
      segment, frame: number, at: Moment(nanoseconds: milliseconds * 1_000_000), side: .client)
  }

  @Test func `a logged segment takes 56 octets, also where there may be none`() {
    #expect(MemoryLayout<LoggedSegment>.stride == 56)
    #expect(MemoryLayout<LoggedSegment?>.stride == 56)
  }

  @Test func `a logged segment gives back what it was made from`() {
    let known = Self.segment(1)
    #expect(known.identification == 7)
    #expect(known.dontFragment == true)
    #expect(known.timestamps == nil)
    let unknown = Self.segment(1, identification: nil)
    #expect(unknown.identification == nil)
    #expect(unknown.dontFragment == nil)
  }

  @Test(arguments: [0, 1, 9, 10, 11, 25])
  func `the last ones are kept, oldest first`(count: Int) {
    var recent = RecentSegments()
    for number in 0..<count { recent.append(Self.segment(number)) }
    #expect(recent.all.map(\.frame) == Array((0..<count).suffix(RecentSegments.limit)))
  }

  @Test func `the newest of what it copies is found, soon enough and not later`() {
    var recent = RecentSegments()
    for number in 0..<12 { recent.append(Self.segment(number)) }
    #expect(recent.original(of: Self.segment(5, milliseconds: 200))?.frame == 5)
    #expect(recent.original(of: Self.segment(5, milliseconds: 201)) == nil)
    #expect(recent.original(of: Self.segment(1)) == nil)
    #expect(recent.original(of: Self.segment(5, identification: 8)) == nil)
    recent.append(Self.segment(5, milliseconds: 100))
    let later = recent.original(of: Self.segment(5, milliseconds: 250))
    #expect(later?.moment == Moment(nanoseconds: 100_000_000))
  }
}
