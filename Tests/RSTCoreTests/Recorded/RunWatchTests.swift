import RSTTestSupport
import RSTWire
import Testing

@testable import RSTCore

/// Which segments of a capture are read whole.
@Suite struct RunWatchTests {
  private static let start = Moment(nanoseconds: 1_000_000_000)

  /// The segments of a run as a capture reader gives them, with hop limits lowered by so many routers.
  private static func segments(
    _ name: String, lowered: UInt8 = 0
  ) throws -> [(CapturedSegment, Moment)] {
    let run = try #require(Scenario.named(name)).run(.ipv4)
    return run.investigation.transcript.packets.compactMap { record in
      let octets = record.packet.octets
      guard
        case .segment(var segment, _) = CapturedFrame(
          link: .raw, octets: octets.span, originalLength: octets.count)
      else { return nil }
      segment.hopLimit &-= lowered
      return (segment, record.moment)
    }
  }

  @Test func `from its first SYN on every segment of a run is wanted`() throws {
    var watch = RunWatch()
    for (segment, moment) in try Self.segments("open") {
      let isWanted = watch.isWanted(segment, at: moment)
      #expect(isWanted)
    }
  }

  @Test func `behind a router, where hop limits are others, none is`() throws {
    var watch = RunWatch()
    for (segment, moment) in try Self.segments("open", lowered: 1) {
      let isWanted = watch.isWanted(segment, at: moment)
      #expect(!isWanted)
    }
  }

  @Test func `ordinary connections are not, with a DSCP or without`() {
    var random = SplitMix(seed: 3)
    var watch = RunWatch()
    for _ in 0..<2_000 {
      var segment = CapturedSegment(
        source: SimulatedRun.prober(.ipv4), destination: SimulatedRun.target(.ipv4),
        sourcePort: UInt16.random(in: 1...UInt16.max, using: &random), destinationPort: 443,
        sequence: SequenceNumber(random.number()), flags: .syn)
      segment.hopLimit = 64
      segment.window = 64_240
      segment.trafficClass = Bool.random(using: &random) ? 0x48 : 0
      segment.options.timestamps = .init(value: random.number(), echo: 0)
      let isWanted = watch.isWanted(segment, at: Self.start)
      #expect(!isWanted)
    }
  }

  @Test func `two minutes later none between the two is`() throws {
    var watch = RunWatch()
    let segments = try Self.segments("closed")
    let (first, moment) = try #require(segments.first)
    let (last, _) = try #require(segments.last)
    let begins = watch.isWanted(first, at: moment)
    let goesOn = watch.isWanted(last, at: moment + .seconds(119))
    let isLate = watch.isWanted(last, at: moment + .seconds(121))
    #expect(begins && goesOn && !isLate)
  }
}
