import Foundation
import Testing

/// The command line of `audit`: mistakes end it before anything is sent.
@Suite(.enabled(if: BuiltTool.isBuilt, "the tool is not built")) struct AuditOptionTests {
  /// A directory of its own with a policy in it.
  private func withPolicy(
    _ text: String, _ body: (_ policy: String, _ directory: String) throws -> Void
  ) throws {
    let directory = FileManager.default.temporaryDirectory
      .appendingPathComponent("rstprobe-audit-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    let policy = directory.appendingPathComponent("policy.yaml")
    try text.write(to: policy, atomically: true, encoding: .utf8)
    try body(policy.path, directory.path)
  }

  private static let good =
    "rules:\n  - {name: a, targets: 127.0.0.1, ports: 9, expect: {port: closed, responder: host}}\n"

  @Test(arguments: [
    ([], "name a policy"), (["--learn", "127.0.0.1"], "--learn needs --ports"),
    (["--ports", "9", "p.yaml"], "--ports needs --learn"),
    (["--learn", "127.0.0.1", "--ports", "http"], "'http' is no port"),
    (["--learn", "127.0.0.1/8", "--ports", "9"], "write 127.0.0.0/8"),
    (["--learn", "127.0.0.1", "--ports", "9", "--format", "json"], "exclude each other"),
    (["p.yaml", "--format", "html"], "--format 'html' is none of text, json"),
    (["p.yaml", "--jobs", "0"], "--jobs 0"), (["p.yaml", "-4", "-6"], "-4 and -6"),
    (["p.yaml", "--max-targets", "0"], "--max-targets 0"),
    (["p.yaml", "--source", "::1", "-4"], "other family"),
    (["p.yaml", "--prometheus", "/nowhere/at/all"], "cannot write /nowhere/at/all"),
    (["p.yaml", "--store", "/nowhere/at/all"], "cannot write /nowhere/at/all"),
    (["--learn", "127.0.0.1", "--ports", "9", "--store", "a.sqlite"], "exclude each other"),
    (["p.yaml", "--bundle", "/nowhere/at/all"], "cannot write to --bundle /nowhere/at/all"),
    (["--learn", "127.0.0.1", "--ports", "9", "--bundle", "/tmp/b"], "exclude each other"),
    (["--learn", "127.0.0.0/8", "--ports", "1-9"], "150994944 ports of targets are more than"),
  ])
  func `a mistake is one line and status 2`(arguments: [String], words: String) throws {
    let outcome = try BuiltTool.run(["audit"] + arguments)
    #expect(outcome.status == 2)
    #expect(outcome.isOneLine, "\(outcome)")
    #expect(outcome.errors.contains(words), "\(outcome.errors)")
  }

  @Test func `every mistake of a policy is told, each on its line`() throws {
    try withPolicy("rules:\n  - {name: a, targets: 127.0.0.1/8, ports: x, expect: closd}\n") {
      policy, _ in
      let outcome = try BuiltTool.run(["audit", policy])
      #expect(outcome.status == 2)
      #expect(outcome.output.isEmpty)
      let lines = outcome.errors.split(separator: "\n")
      #expect(lines.count == 4)
      for line in lines.dropLast() { #expect(line.contains("\(policy):2:"), "\(line)") }
      #expect(lines.last?.hasSuffix("3 mistakes in \(policy); nothing was sent") == true)
    }
  }

  @Test func `a policy that is not there, a directory, and a dry run`() throws {
    #expect(try BuiltTool.run(["audit", "/nowhere.yaml"]).status == 2)
    #expect(try BuiltTool.run(["audit", "/"]).status == 2)
    try withPolicy(Self.good) { policy, _ in
      let outcome = try BuiltTool.runUnprivileged(["audit", policy, "--dry-run"])
      #expect(outcome.status == 0)
      #expect(outcome.output.hasPrefix("1 rule about 1 host, 1 port; nothing is wrong"))
    }
  }

  @Test func `a baseline that is none`() throws {
    try withPolicy(Self.good) { policy, directory in
      let outcome = try BuiltTool.run(["audit", policy, "--baseline", policy])
      #expect(outcome.status == 2)
      #expect(outcome.errors.contains("is no JSON document of an audit"))
      let missing = try BuiltTool.run(["audit", policy, "--baseline", directory + "/none"])
      #expect(missing.status == 2)
    }
  }

  @Test func `a store that is no database is refused before anything is sent`() throws {
    try withPolicy(Self.good) { policy, _ in
      let outcome = try BuiltTool.runUnprivileged(["audit", policy, "--store", policy])
      #expect(outcome.status == 2 && outcome.isOneLine)
      #expect(outcome.errors.contains("cannot use the database \(policy)"), "\(outcome.errors)")
    }
  }

  @Test(.enabled(if: BuiltTool.isRoot, "needs root"))
  func `the second audit of a policy says what changed since the first`() throws {
    let policies = ["open", "closed"].map { state in
      "policy: one\nrules:\n  - {name: a, targets: 127.0.0.1, ports: 9, expect: \(state)}\n"
    }
    try withPolicy(policies[0]) { policy, directory in
      let store = directory + "/audits.sqlite"
      let arguments = ["audit", policy, "--format", "json", "--store", store]
      let first = try BuiltTool.run(arguments)
      #expect(first.status == 1 && first.output.contains("\"baseline\": null"), "\(first)")
      let second = try BuiltTool.run(arguments)
      #expect(second.status == 1 && second.output.contains("\"still\": 1"), "\(second)")
      try policies[1].write(toFile: policy, atomically: true, encoding: .utf8)
      let third = try BuiltTool.run(arguments)
      #expect(third.status == 0 && third.output.contains("\"fixed\": 1"), "\(third)")
      #expect(third.output.contains("\"file\": \"\(store)\""))
    }
  }

  @Test func `without privilege nothing is sent`() throws {
    try withPolicy(Self.good) { policy, _ in
      let outcome = try BuiltTool.runUnprivileged(["audit", policy])
      #expect(outcome.status == 77)
      #expect(outcome.isOneLine)
    }
  }

  @Test(.enabled(if: BuiltTool.isRoot, "needs root"))
  func `a name that nobody knows is not the policy's fault`() throws {
    try withPolicy(
      "rules:\n  - {name: a, targets: nobody.invalid, ports: 9, expect: closed}\n"
    ) { policy, _ in
      let outcome = try BuiltTool.run(["audit", policy])
      #expect(outcome.status == 69)
      #expect(outcome.output.contains("1 inconclusive"))
      #expect(outcome.output.contains("cannot resolve nobody.invalid"))
    }
  }
}
