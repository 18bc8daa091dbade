import Foundation
import Testing

/// Bundles of whole runs against this machine itself, and what becomes of their directories.
@Suite(
  .serialized, .enabled(if: BuiltTool.isBuilt && BuiltTool.isRoot, "needs root and the built tool"))
struct BundleTests {
  static let names: Set = [
    "report.html", "report.md", "report.json", "evidence.pcapng", "ladder.mmd",
  ]

  private func withDirectory(_ body: (String) throws -> Void) throws {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("rstprobe-bundle-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(atPath: path) }
    try body(path)
  }

  private func files(in path: String) throws -> Set<String> {
    Set(try FileManager.default.contentsOfDirectory(atPath: path))
  }

  @Test func `a run leaves its proof, and the proof can be explained, into a bundle again`() throws
  {
    try withDirectory { place in
      let (live, explained) = (place + "/live", place + "/explained")
      let outcome = try BuiltTool.run(["127.0.0.1:9", "--json", "--bundle", live])
      #expect(outcome.status == 0)
      let liveFiles = try files(in: live)
      #expect(liveFiles == Self.names)
      let document = try String(contentsOfFile: live + "/report.json", encoding: .utf8)
      #expect(document == outcome.output)
      let evidence = live + "/evidence.pcapng"
      let again = try BuiltTool.run(["explain", evidence, "--quiet", "--bundle", explained])
      #expect(again.status == 0)
      #expect(again.output.contains("closed-port"))
      let explainedFiles = try files(in: explained)
      #expect(explainedFiles == Self.names)
      let page = try String(contentsOfFile: explained + "/report.html", encoding: .utf8)
      #expect(page.contains("evidence.pcapng"))
      #expect(page.contains("<svg"))
      let ticket = try String(contentsOfFile: explained + "/report.md", encoding: .utf8)
      #expect(ticket.contains("**around its resets**"))
    }
  }

  @Test func `an audit leaves the packets behind what does not hold`() throws {
    try withDirectory { place in
      let policy = place + "/policy.yaml"
      try """
      rules:
        - {name: shut, targets: 127.0.0.1, ports: 9, expect: {port: closed}}
        - {name: should be open, targets: 127.0.0.1, ports: 11, expect: {port: open}}
      """.write(toFile: policy, atomically: true, encoding: .utf8)
      let bundle = place + "/bundle"
      let outcome = try BuiltTool.run(["audit", policy, "--format", "json", "--bundle", bundle])
      #expect(outcome.status == 1)
      let bundleFiles = try files(in: bundle)
      #expect(bundleFiles == Self.names)
      let ticket = try String(contentsOfFile: bundle + "/report.md", encoding: .utf8)
      #expect(ticket.contains("VIOLATED 127.0.0.1:11"))
      #expect(ticket.contains("syn to port 11"))
      #expect(!ticket.contains("syn to port 9,"))
    }
  }

  @Test func `what is in the way is said before anything is sent`() throws {
    try withDirectory { place in
      try "mine".write(toFile: place + "/notes.txt", atomically: true, encoding: .utf8)
      let outcome = try BuiltTool.run(["127.0.0.1:9", "--bundle", place])
      #expect(outcome.status == 2)
      #expect(outcome.isOneLine)
      #expect(outcome.errors.contains("there is 'notes.txt' in it"))
      let placeFiles = try files(in: place)
      #expect(placeFiles == ["notes.txt"])
    }
  }

  @Test func `no directory is made for a run that cannot be`() throws {
    try withDirectory { place in
      let path = place + "/bundle"
      let outcomes = [
        try BuiltTool.runUnprivileged(["127.0.0.1:9", "--bundle", path]),
        try BuiltTool.run(["rst.invalid:9", "--bundle", path]),
        try BuiltTool.run(["explain", place + "/none", "--bundle", path]),
      ]
      #expect(outcomes.map(\.status) == [77, 69, 2])
      let left = try files(in: place)
      #expect(left.isEmpty)
    }
  }
}
