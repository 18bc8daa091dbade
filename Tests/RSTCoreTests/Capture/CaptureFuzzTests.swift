import RSTWire
import Testing

@testable import RSTCore

/// Whatever segments a capture holds: no crash, no growth, every connection and reset once.
@Suite struct CaptureFuzzTests {
  private static let segments = 20_000
  private static let capacity = 64

  /// Few endpoints, so that they are reused; numbers around the wrap; any flags.
  private struct Source {
    var random: SplitMix
    var moment: Int64 = 0

    init(seed: UInt64) { random = SplitMix(seed: seed) }

    mutating func number(below limit: UInt32) -> UInt32 {
      UInt32.random(in: 0..<limit, using: &random)
    }

    mutating func endpoint(_ base: UInt32, ports: [UInt16]) -> Endpoint {
      Endpoint(
        address: .v4(IPv4Address(rawValue: base + number(below: 3))),
        port: ports[Int(number(below: UInt32(ports.count)))])
    }

    /// Close to one of a few numbers, or anything.
    mutating func sequence() -> SequenceNumber {
      switch number(below: 8) {
      case 0: SequenceNumber(UInt32.random(in: 0...UInt32.max, using: &random))
      case 1, 2: SequenceNumber(0xffff_ff00 &+ number(below: 600))
      default: SequenceNumber(1_000 + number(below: 40))
      }
    }

    mutating func flags() -> TCPFlags {
      let usual: [TCPFlags] = [
        .syn, [.syn, .acknowledgement], .acknowledgement, [.acknowledgement, .push], .reset,
        [.reset, .acknowledgement], [.fin, .acknowledgement],
      ]
      return number(below: 5) == 0
        ? TCPFlags(rawValue: UInt8.random(in: 0...UInt8.max, using: &random))
        : usual[Int(number(below: UInt32(usual.count)))]
    }

    mutating func segment() -> CapturedSegment {
      let client = endpoint(0xc000_0201, ports: [40_000, 40_001, 40_002, 80])
      let server = endpoint(0xc633_640a, ports: [80, 443])
      let isClients = number(below: 2) == 0
      let length = number(below: 3) == 0 ? Int(number(below: 1_500)) : 0
      var options = CapturedSegment.Options()
      if number(below: 2) == 0 {
        options.timestamps = .init(value: number(below: 2_000), echo: number(below: 2_000))
        options.windowScale = number(below: 4) == 0 ? UInt8(number(below: 256)) : nil
        options.length = 12
      }
      return CapturedSegment(
        source: isClients ? client.address : server.address,
        destination: isClients ? server.address : client.address,
        sourcePort: isClients ? client.port : server.port,
        destinationPort: isClients ? server.port : client.port, sequence: sequence(),
        acknowledgement: sequence(), flags: flags(), reserved: UInt8(number(below: 16)),
        window: number(below: 3) == 0 ? 0 : UInt16(number(below: 65_536)), payloadLength: length,
        payloadDigest: UInt64(length), hopLimit: UInt8(number(below: 256)),
        trafficClass: UInt8(number(below: 256)), identification: UInt16(number(below: 4)),
        dontFragment: true, options: options)
    }

    /// Mostly a little later; now and then much later, or earlier than the one before.
    mutating func next() -> Moment {
      switch number(below: 400) {
      case 0: moment += Int64(number(below: 400)) * 1_000_000_000
      case 1: moment -= Int64(number(below: 1_000)) * 1_000_000
      default: moment += Int64(number(below: 20_000_000))
      }
      moment = max(moment, 0)
      return Moment(nanoseconds: moment)
    }
  }

  @Test(arguments: [UInt64(1), 2, 3])
  func `random segments are taken in bounded room, and every reset is explained once`(seed: UInt64)
  {
    var source = Source(seed: seed)
    var explainer = Explainer(capacity: Self.capacity, selection: .all)
    var given: [ExplainedConnection] = []
    for frame in 1...Self.segments {
      let segment = source.segment()
      explainer.take(segment, frame: frame, at: source.next()) { given.append($0) }
    }
    explainer.finish { given.append($0) }

    #expect(given.count == explainer.connections)
    #expect(given.reduce(0) { $0 + $1.connection.resetCount } <= explainer.resets)
    var explained: Set<Int> = []
    for connection in given {
      #expect(isBounded(connection.connection))
      for reset in connection.resets {
        #expect(explained.insert(reset.reset.segment.frame).inserted)
        #expect((0...1).contains(reset.finding.confidence))
        #expect(reset.finding.evidence.flatMap(\.packets).allSatisfy { 1...Self.segments ~= $0 })
      }
    }
    #expect(!explained.isEmpty)
  }

  private func isBounded(_ connection: CapturedConnection) -> Bool {
    connection.resets.count <= CapturedConnection.mostResets
      && connection.recent.count <= CapturedConnection.mostRecent
      && connection.resets.allSatisfy {
        $0.following.count <= CapturedReset.mostFollowing
          && $0.preceding.count <= CapturedConnection.mostRecent
      }
  }

  @Test func `one connection of nothing but resets keeps a few of them and counts all`() {
    var table = ConnectionTable(capacity: 16)
    var given: [CapturedConnection] = []
    for number in 0..<Self.segments {
      table.take(
        CapturedSegment(
          source: Tape.client, destination: Tape.server, sourcePort: 40_000, destinationPort: 80,
          sequence: SequenceNumber(UInt32(number)), flags: .reset),
        frame: number + 1, at: Moment(nanoseconds: Int64(number) * 1_000)
      ) { given.append($0) }
    }
    table.finish { given.append($0) }
    #expect(given.map(\.resetCount) == [Self.segments])
    #expect(given.allSatisfy(isBounded))
  }
}
