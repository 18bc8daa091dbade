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
}
