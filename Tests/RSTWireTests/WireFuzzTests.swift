import Foundation
import RSTTestSupport
import Testing

@Suite struct WireFuzzTests {
  /// How many inputs to try: RSTPROBE_FUZZ_INPUTS, or what takes a few seconds in a debug build.
  static let asked = ProcessInfo.processInfo.environment["RSTPROBE_FUZZ_INPUTS"].flatMap { Int($0) }

  @Test func `no input crashes a reader or breaks an invariant`() {
    let inputs = Self.asked ?? 300_000
    let outcome = WireFuzz.run(inputs: inputs, seed: 0x7273_7470_726f_6265)
    #expect(outcome.failures.isEmpty)
    #expect(outcome.inputs == inputs)
    // A fuzzer whose inputs are all refused tests nothing.
    #expect(outcome.segments > inputs / 5)
    #expect(outcome.messages > inputs / 5)
    #expect(outcome.others > inputs / 50)
    #expect(outcome.refused > inputs / 50)
    #expect(outcome.clean > inputs / 50)
    #expect(outcome.capturedSegments > inputs / 4 / 10)
    #expect(outcome.capturedFragments > inputs / 4 / 50)
    if Self.asked != nil { print(outcome) }
  }

  @Test func `the same seed gives the same inputs, another seed others`() {
    let first = WireFuzz.run(inputs: 500, seed: 7)
    #expect("\(first)" == "\(WireFuzz.run(inputs: 500, seed: 7))")
    #expect("\(first)" != "\(WireFuzz.run(inputs: 500, seed: 8))")
  }
}
