import RSTWire
import Testing

@testable import RSTCore

@Suite struct ConnectionTableTests {
  private static func syn(_ number: Int) -> CapturedSegment {
    CapturedSegment(
      source: .v4(IPv4Address(rawValue: 0xc612_0000 + UInt32(number / 60_000))),
      destination: .v4(IPv4Address(rawValue: 0xc633_640a)),
      sourcePort: UInt16(1_024 + number % 60_000), destinationPort: 80,
      sequence: SequenceNumber(UInt32(number)), flags: .syn)
  }

  @Test func `a flood of SYNs takes no more memory than was granted, and every one is counted`() {
    var table = ConnectionTable(capacity: 1_000)
    var given = 0
    for number in 0..<200_000 {
      table.take(
        Self.syn(number), frame: number + 1, at: Moment(nanoseconds: Int64(number) * 1_000)
      ) {
        _ in given += 1
      }
    }
    #expect(given == 199_000)
    #expect(table.dropped == 199_000)
    table.finish { _ in given += 1 }
    #expect(given == 200_000)
    #expect(table.total == 200_000)
  }

  @Test func `the one that was silent for longest goes first`() {
    var table = ConnectionTable(capacity: 16)
    var given: [UInt16] = []
    for number in 0..<16 {
      table.take(Self.syn(number), frame: number, at: Moment(nanoseconds: Int64(number))) {
        given.append($0.client.port)
      }
    }
    table.take(Self.syn(0), frame: 17, at: Moment(nanoseconds: 20)) { given.append($0.client.port) }
    table.take(Self.syn(99), frame: 18, at: Moment(nanoseconds: 21)) {
      given.append($0.client.port)
    }
    #expect(given == [1_025])
  }

  @Test func `what was reset is given away half a minute later, what is open is kept`() {
    var table = ConnectionTable(capacity: 16)
    var given: [UInt16] = []
    func at(_ seconds: Int) -> Moment { Moment(nanoseconds: Int64(seconds) * 1_000_000_000) }
    table.take(Self.syn(0), frame: 1, at: at(0)) { given.append($0.client.port) }
    table.take(Self.syn(1), frame: 2, at: at(0)) { given.append($0.client.port) }
    var reset = Self.syn(0)
    (reset.source, reset.destination) = (reset.destination, reset.source)
    (reset.sourcePort, reset.destinationPort) = (reset.destinationPort, reset.sourcePort)
    reset.flags = [.reset, .acknowledgement]
    table.take(reset, frame: 3, at: at(1)) { given.append($0.client.port) }
    table.take(Self.syn(2), frame: 4, at: at(20)) { given.append($0.client.port) }
    #expect(given == [])
    table.take(Self.syn(2), frame: 5, at: at(40)) { given.append($0.client.port) }
    #expect(given == [1_024])
  }

  /// Whoever is given away, with what was seen of it.
  private static func course(foreseeing length: Int?) -> [[Int]] {
    var random = SplitMix(seed: 7)
    let segments = (0..<20_000).map { _ in
      let number = Int(random.next() % 40)
      var segment = Self.syn(number)
      segment.sequence = SequenceNumber(UInt32(truncatingIfNeeded: random.next()))
      if random.next() % 3 == 0 { segment.flags = [.reset, .acknowledgement] }
      return segment
    }
    var table = ConnectionTable(capacity: 16)
    var given: [[Int]] = []
    func give(_ connection: CapturedConnection) {
      given.append([
        Int(connection.client.port), connection.firstFrame, connection.resetCount,
        connection.clientRecord.segments,
      ])
    }
    for (number, segment) in segments.enumerated() {
      if let length, number % length == 0 {
        table.forgetForeseen()
        for next in segments[number...].prefix(length) { table.foresee(next.ends) }
        table.lookAhead()
      }
      table.take(
        segment, frame: number, at: Moment(nanoseconds: Int64(number) * 40_000_000), finished: give)
    }
    table.finish(give)
    return given
  }

  @Test(arguments: [1, 3, 64, 1_000])
  func `looking ahead changes nothing`(length: Int) {
    #expect(Self.course(foreseeing: length) == Self.course(foreseeing: nil))
  }
}
