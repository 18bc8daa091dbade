import RSTTestSupport
import RSTWire
import Testing

@testable import RSTCore

/// Whatever two captures hold, their comparison ends, in bounded memory.
@Suite struct ComparisonFuzzTests {
  private static func segment(_ random: inout SeededGenerator) -> CapturedSegment {
    let hosts = [Tape.client, Tape.server]
    let isForth = Bool.random(using: &random)
    var options = CapturedSegment.Options()
    if Bool.random(using: &random) {
      options.timestamps = .init(value: .random(in: 0...9, using: &random), echo: 0)
    }
    let numbers: [UInt32] = [0, 1, 100, 0x7fff_ffff, 0x8000_0000, 0xffff_fff0]
    return CapturedSegment(
      source: hosts[isForth ? 0 : 1], destination: hosts[isForth ? 1 : 0],
      sourcePort: isForth ? .random(in: 1...20, using: &random) : 80,
      destinationPort: isForth ? 80 : .random(in: 1...20, using: &random),
      sequence: SequenceNumber(numbers.randomElement(using: &random) ?? 0)
        + Int.random(in: 0...200, using: &random),
      acknowledgement: SequenceNumber(numbers.randomElement(using: &random) ?? 0),
      flags: TCPFlags(rawValue: .random(in: 0...255, using: &random)),
      window: .random(in: 0...2, using: &random),
      payloadLength: [0, 0, 1, 60, 65_535].randomElement(using: &random) ?? 0,
      payloadDigest: .random(in: 0...3, using: &random),
      hopLimit: .random(in: 0...255, using: &random),
      identification: Bool.random(using: &random) ? .random(in: 0...2, using: &random) : nil,
      options: options)
  }

  @Test(arguments: 0..<4 as Range<UInt64>)
  func `random segments, alike and not, at any time`(_ seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var first = TraceLog(capacity: 16)
    var second = TraceLog(capacity: 16)
    var explained = 0
    var segments: [CapturedSegment] = []
    for number in 0..<20_000 {
      let segment = Self.segment(&random)
      let time =
        number % 100 == 99
        ? [Int64.min, .max, 0].randomElement(using: &random) ?? 0 : Int64(number) * 1_000_000
      let moment = Moment(nanoseconds: time)
      if Bool.random(using: &random) {
        first.take(segment, frame: number, at: moment)
        segments.append(segment)
      }
      if Bool.random(using: &random) { second.take(segment, frame: number, at: moment) }
    }
    let comparison = Comparison(first: first, second: second)
    var explainer = Explainer(capacity: 16, comparison: comparison)
    for (place, segment) in segments.enumerated() {
      explainer.take(segment, frame: place, at: Moment(nanoseconds: Int64(place))) { _ in
        explained += 1
      }
    }
    explainer.finish { _ in explained += 1 }
    #expect(first.connections <= 16)
    #expect(explained > 0)
  }

  @Test func `of a flood and of a long connection little is kept`() {
    var log = TraceLog(capacity: 1_000)
    for number in 0..<100_000 {
      let segment = CapturedSegment(
        source: Tape.client, destination: Tape.server, sourcePort: UInt16(number % 60_000),
        destinationPort: 80, sequence: SequenceNumber(UInt32(number)), flags: .syn)
      log.take(segment, frame: number, at: Moment(nanoseconds: Int64(number)))
    }
    #expect(log.connections == 1_000)
    #expect(log.leftOut > 90_000)
    var long = TraceLog(capacity: 16)
    for number in 0..<100_000 {
      let segment = CapturedSegment(
        source: Tape.client, destination: Tape.server, sourcePort: 40_000, destinationPort: 80,
        sequence: SequenceNumber(UInt32(truncatingIfNeeded: number * 1_000_000)),
        flags: .acknowledgement, payloadLength: 1_400)
      long.take(segment, frame: number, at: Moment(nanoseconds: Int64(number) * 1_000))
    }
    #expect(long.traces[0].segments.count < 2_000)
  }
}
