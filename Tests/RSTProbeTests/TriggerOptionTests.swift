import ArgumentParser
import Foundation
import RSTCore
import Testing

@testable import rstprobe

/// `--http-host`, `--sni`, `--payload` and `--residual`.
@Suite struct TriggerOptionTests {
  func settings(_ arguments: [String]) throws -> Settings {
    try Settings(RSTProbe.parse(["127.0.0.1:1"] + arguments))
  }

  @Test func `without triggers there are none`() throws {
    #expect(try settings([]).survey.triggers.isEmpty)
    #expect(try !settings([]).survey.checks.contains(.residual))
  }

  @Test func `triggers stand in one order, each once`() throws {
    try Files.with([("a", [1, 2, 3])]) { directory in
      let file = directory + "/a"
      let triggers = try settings([
        "--payload", file, "--sni", "B.example.", "--http-host", "a.example", "--sni", "c.example",
        "--sni", "B.example", "--http-host", "2001:db8::1",
      ]).survey.triggers
      #expect(triggers.map(\.kind) == [.httpHost, .httpHost, .sni, .sni, .payload])
      #expect(
        triggers.map(\.name) == ["a.example", "[2001:db8::1]", "B.example", "c.example", file])
      #expect(triggers.last?.octets == [1, 2, 3])
    }
  }

  @Test func `a seed repeats the hello, and each hello has its own random numbers`() throws {
    func hellos(_ seed: String) throws -> [[UInt8]] {
      try settings(["--sni", "a.example", "--sni", "b.example", "--seed", seed]).survey.triggers
        .map { Array($0.octets[11..<43]) }
    }
    let once = try hellos("7")
    #expect(try hellos("7") == once)
    #expect(once[0] != once[1])
    #expect(try hellos("8")[0] != once[0])
  }

  @Test func `eight triggers are taken, and what is given twice counts once`() throws {
    let eight = (1...8).flatMap { ["--http-host", "host\($0).example"] }
    #expect(try settings(eight).survey.triggers.count == 8)
    #expect(try settings(eight + ["--http-host", "host8.example"]).survey.triggers.count == 8)
  }

  @Test func `--residual is the check of that name`() throws {
    let flag = try settings(["--residual", "--sni", "a.example"]).survey.checks
    #expect(flag == Check.standard.union([.residual]))
    let list = ["--checks", "handshake,residual", "--sni", "a.example"]
    #expect(try settings(list).survey.checks == [.handshake, .residual])
    #expect(try settings(list + ["--residual"]).survey.checks == [.handshake, .residual])
  }

  @Test func `a payload of 65,536 octets is taken whole`() throws {
    let octets = (0..<65_536).map { UInt8(truncatingIfNeeded: $0 / 251) }
    try Files.with([("whole", octets)]) { directory in
      let triggers = try settings(["--payload", directory + "/whole"]).survey.triggers
      #expect(triggers.map(\.octets) == [octets])
    }
  }
}

/// Mistakes in triggers: one line, status 2, and nothing sent.
@Suite(.enabled(if: BuiltTool.isBuilt, "the tool is not built")) struct BadTriggerTests {
  // All on loopback, so that a mistake that is not noticed goes no further.
  private func expect(_ line: String, for arguments: [String]) throws {
    let outcome = try BuiltTool.runUnprivileged(["127.0.0.1:1"] + arguments)
    #expect(outcome.errors == "rstprobe: \(line)\n")
    #expect(outcome.output.isEmpty)
    #expect(outcome.status == 2)
  }

  @Test(arguments: [
    (".", "is empty"), ("a..b", "has an empty label"),
    ("-a.example", "has a label that begins or ends with a hyphen"),
    ("exa mple.org", "is not a host name: it has a space"),
    ("example.org:443", "is not a host name: give the name without a port"),
    ("https://example.org", "is not a host name: give the name without a port"),
    ("example.org/a", "is not a host name: give the name alone, not a URL"),
    ("b\u{fc}cher.example", "is not ASCII; give its punycode form, which begins with xn--"),
    ("1.2.3", "is neither a host name nor an address"),
    (String(repeating: "a", count: 64), "has a label of more than 63 octets"),
    (String(repeating: "a.", count: 128), "is longer than 253 octets"),
  ])
  func `what is no host name is said`(_ name: String, _ complaint: String) throws {
    for option in ["--http-host", "--sni"] {
      try expect("\(option) '\(name)' \(complaint)", for: ["\(option)=\(name)"])
      try expect("\(option) '' is empty", for: [option, ""])
    }
  }

  @Test(arguments: ["192.0.2.1", "2001:db8::1", "[2001:db8::1]"])
  func `a server name is no address`(_ address: String) throws {
    try expect(
      "--sni '\(address)' is an address; a server name cannot be one (RFC 6066, section 3)",
      for: ["--sni", address])
  }

  @Test func `files that cannot be sent are named`() throws {
    try Files.with([("empty", []), ("long", Array(repeating: 0x41, count: 65_537))]) { directory in
      try expect(
        "--payload '\(directory)/none' cannot be read: No such file or directory",
        for: ["--payload", directory + "/none"])
      try expect(
        "--payload '' cannot be read: No such file or directory", for: ["--payload", ""])
      try expect(
        "--payload '\(directory)' cannot be read: Is a directory", for: ["--payload", directory])
      try expect(
        "--payload '\(directory)/empty' is empty", for: ["--payload", directory + "/empty"])
      try expect(
        "--payload '\(directory)/long' has more than 65,536 octets (64 KiB)",
        for: ["--payload", directory + "/long"])
      // Nobody ever writes into it.
      #expect(unsafe mkfifo(directory + "/fifo", 0o600) == 0)
      try expect(
        "--payload '\(directory)/fifo' is not a regular file",
        for: ["--payload", directory + "/fifo"])
      try expect(
        "--payload '/dev/zero' is not a regular file", for: ["--payload", "/dev/zero"])
    }
  }

  @Test func `nine triggers are one too many`() throws {
    let names = (1...5).flatMap { ["--http-host", "host\($0).example"] }
    let others = (6...9).flatMap { ["--sni", "host\($0).example"] }
    try expect("9 triggers are too many for one run; give 8 at most", for: names + others)
  }

  @Test func `residual blocking needs something that provokes it`() throws {
    let line = "needs a trigger: --http-host, --sni or --payload"
    try expect("--residual \(line)", for: ["--residual"])
    try expect("--checks residual \(line)", for: ["--checks", "residual"])
    try expect("--checks residual \(line)", for: ["--checks", "all,residual"])
    try expect("--residual \(line)", for: ["--residual", "--checks", "all"])
  }

  @Test func `control characters of a name do not reach the terminal`() throws {
    let outcome = try BuiltTool.runUnprivileged(["127.0.0.1:1", "--sni", "a\u{1b}[31m"])
    #expect(outcome.isOneLine)
    #expect(!outcome.errors.contains("\u{1b}"))
    #expect(outcome.status == 2)
  }
}

/// A directory with files for one test.
private enum Files {
  static func with(_ files: [(String, [UInt8])], _ body: (String) throws -> Void) throws {
    let directory = FileManager.default.temporaryDirectory
      .appendingPathComponent("rstprobe-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    for (name, octets) in files {
      try Data(octets).write(to: directory.appendingPathComponent(name))
    }
    try body(directory.path)
  }
}
