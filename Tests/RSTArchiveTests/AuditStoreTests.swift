import Foundation
import RSTCore
import Testing

@testable import RSTArchive

/// Audits that follow each other in one database.
@Suite struct AuditStoreTests {
  private typealias Outcome = AuditResult.Outcome

  private static let place = PolicyPlace(file: "policy.yaml", line: 2, column: 3)

  private func record(
    _ outcomes: [UInt16: Outcome], policy: String = "zone", isInterrupted: Bool = false
  ) -> AuditRecord {
    let rule = AuditRule(
      name: "web", place: Self.place, targets: [], ports: PortList(outcomes.keys), expectations: [])
    return AuditRecord(
      policy: AuditPolicy(name: policy, file: "policy.yaml", rules: [rule]),
      results: outcomes.map { port, outcome in
        AuditResult(
          rule: rule, subject: AuditSubject(name: "192.0.2.1", port: port),
          expectation: AuditExpectation(.port([.closed]), at: Self.place), outcome: outcome,
          observed: "open")
      }, runs: outcomes.count, started: Moment(nanoseconds: 5), elapsed: .seconds(1),
      packetsSent: 9, isInterrupted: isInterrupted)
  }

  private func withStore(_ body: (AuditStore, _ path: String) throws -> Void) throws {
    let path = FileManager.default.temporaryDirectory.path + "/\(UUID().uuidString).sqlite"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try body(try AuditStore(path: path), path)
  }

  private func outcomes(_ store: AuditStore, _ policy: String = "zone") throws -> [UInt16: Outcome]?
  {
    guard let latest = try store.latest(of: policy) else { return nil }
    return Dictionary(uniqueKeysWithValues: latest.map { ($0.port, $1) })
  }

  @Test func `the latest audit of a policy is what the next one is compared with`() throws {
    try withStore { store, path in
      #expect(try outcomes(store) == nil)
      try store.add(record([1: .held, 2: .violated, 3: .violated]))
      try store.add(record([1: .violated], policy: "another"))
      #expect(try outcomes(store) == [1: .held, 2: .violated, 3: .violated])
      try store.add(record([1: .violated, 2: .held, 3: .violated]))
      let again = try AuditStore(path: path)
      #expect(try outcomes(again) == [1: .violated, 2: .held, 3: .violated])
      let after = record([1: .held, 2: .violated, 3: .violated])
      let comparison = AuditComparison(
        file: path, before: try #require(try again.latest(of: "zone")))
      let changes = after.results.map { ($0.subject.port, comparison.change(of: $0)) }
      #expect(
        Dictionary(uniqueKeysWithValues: changes) == [1: .fixed, 2: .new, 3: .still])
    }
  }

  @Test func `what was not clear, or not looked at, is known from before`() throws {
    try withStore { store, _ in
      try store.add(record([1: .violated, 2: .held, 3: .inconclusive]))
      try store.add(record([1: .inconclusive], isInterrupted: true))
      #expect(try outcomes(store) == [1: .violated, 2: .held])
    }
  }

  @Test func `a file that is no database is said to be so`() throws {
    try withStore { _, path in
      try String(repeating: "no database ", count: 100)
        .write(toFile: path, atomically: false, encoding: .utf8)
      let failure = #expect(throws: ArchiveFailure.self) { _ = try AuditStore(path: path) }
      #expect(failure?.description.contains(path) == true)
    }
    #expect(throws: ArchiveFailure.self) { _ = try AuditStore(path: "/nowhere/at/all") }
  }
}
