import Foundation
import Testing

@testable import RSTNet

@Suite struct BackgroundTaskTests {
  @Test func `the work's value is handed over once`() {
    let task = BackgroundTask<Int>.start { 7 }
    #expect(task.value() == 7)
    #expect(task.value() == nil)
  }

  @Test func `threads that nobody waits for give their stacks back`() throws {
    let before = try Self.mapped()
    for _ in 0..<400 {
      let isDone = DispatchSemaphore(value: 0)
      try #require(BackgroundTask<Void>.startAside { isDone.signal() } != nil)
      isDone.wait()
    }
    // A stack has 8 MiB; a few are kept for threads to come.
    #expect(try Self.mapped() - before < 400 * 8 << 20 / 4)
  }

  /// The size of this process's memory that is mapped, used or not, in octets.
  private static func mapped() throws -> Int {
    let status = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
    return try #require(status.split(separator: " ").first.flatMap { Int($0) }) * 4_096
  }
}
