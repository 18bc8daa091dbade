import Testing

@testable import RSTCore

@Suite("what late answers say of those that may still come")
struct LateAnswersTests {
  private func late(_ passes: [Int]) -> LateAnswers {
    var late = LateAnswers()
    for count in passes { late.passed(count, isProven: true) }
    return late
  }

  @Test(
    "the share that is lost says how many silent passes are needed",
    arguments: [
      // A fifth is lost, and half a target is left to expect: six passes exclude it.
      ([1311, 262, 52, 10, 2], 6), ([1311, 262, 52, 10, 2, 0, 0, 1], 7),
      // One in twenty.
      ([400, 20, 1], 3), ([400, 20, 0], 3),
      // Rationed: all that there are have come.
      ([900, 900, 900, 300], 2),
      // Nobody answered late.
      ([], 0), ([0, 0, 0], 0),
    ] as [([Int], Int)])
  func needs(passes: [Int], needed: Int) {
    #expect(late(passes).needed == needed)
  }

  @Test("silent passes count while control probes are answered, and from the last answer on")
  func counts() {
    var late = late([400, 20, 1, 0, 0])
    #expect(late.quiet == 2 && !late.areOver)
    late.passed(0, isProven: false)
    #expect(!late.areOver)
    late.passed(0, isProven: true)
    #expect(late.areOver)
    late.passed(1, isProven: false)
    #expect(late.quiet == 0 && !late.areOver)
  }
}
