import ArgumentParser
import Foundation
import RSTExporter
import RSTWire
import Testing

@testable import rstprobe

/// `rstprobe exporter`.
@Suite(.serialized) struct ExporterOptionTests {
  private func settings(_ arguments: String...) throws -> ExporterSettings {
    try ExporterSettings(ExporterOptions.parse(arguments))
  }

  @Test func `it listens on loopback unless told otherwise`() throws {
    let usual = try settings("--allow", "192.0.2.1:22")
    #expect("\(usual.address)" == "127.0.0.1" && usual.port == 19293)
    let other = try settings("--allow", "192.0.2.1:22", "--listen", "[::]:9000", "--jobs", "16")
    #expect("\(other.address)" == "::" && other.port == 9000 && other.jobs == 16)
  }

  @Test func `a file may say what is allowed`() throws {
    let path = "/tmp/rstprobe-\(getpid())-allowed"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data("# ours\n192.0.2.0/24:22\n".utf8).write(to: URL(fileURLWithPath: path))
    #expect(try !settings("--allow-file", path).allowed.isEmpty)
    try Data("# nothing\n".utf8).write(to: URL(fileURLWithPath: path))
    #expect(throws: (any Error).self) { try settings("--allow-file", path) }
    try Data("192.0.2.0/24\n".utf8).write(to: URL(fileURLWithPath: path))
    #expect(throws: (any Error).self) { try settings("--allow-file", path) }
  }

  @Test(arguments: [
    [], ["--allow", "192.0.2.1"], ["--allow", "*:*"], ["--allow-file", "/nonexistent"],
    ["--allow", "192.0.2.1:22", "--listen", "19293"], ["--allow", "192.0.2.1:22", "--jobs", "17"],
    ["--allow", "192.0.2.1:22", "--listen", "localhost:19293"],
    ["--allow", "192.0.2.1:22", "--listen", "127.0.0.1:0"],
    ["--allow", "192.0.2.1:22", "--listen", "[fe80::1%lo]:19293"],
    ["--allow", "192.0.2.1:22", "-4", "-6"], ["--allow", "192.0.2.1:22", "192.0.2.1:22"],
  ])
  func `what makes no sense is refused`(_ arguments: [String]) {
    #expect(throws: (any Error).self) {
      try ExporterSettings(ExporterOptions.parse(arguments))
    }
  }

  @Test func `help names every option, and fits a terminal`() {
    let help = ExporterOptions.helpMessage(columns: 80)
    for option in ["--listen", "--allow", "--allow-file", "--jobs", "--interface", "--source"] {
      #expect(help.contains("  \(option)"), "\(option)")
    }
    #expect(help.contains("\n  db.example.org:5432\n"))
  }

  // MARK: - The built tool

  @Test(.enabled(if: BuiltTool.isBuilt, "the tool is not built"))
  func `without CAP_NET_RAW one line says so, with status 77`() throws {
    let outcome = try BuiltTool.runUnprivileged(["exporter", "--allow", "192.0.2.1:22"])
    #expect(outcome.isOneLine)
    #expect(outcome.status == 77)
  }

  @Test(.enabled(if: BuiltTool.isBuilt && BuiltTool.isRoot, "needs root and the built tool"))
  func `where it cannot listen one line says so, with status 69`() throws {
    let outcome = try BuiltTool.run(
      ["exporter", "--allow", "192.0.2.1:22", "--listen", "192.0.2.1:19293"])
    #expect(outcome.isOneLine, "\(outcome.errors)")
    #expect(outcome.errors.contains("cannot listen on 192.0.2.1:19293: bind"))
    #expect(outcome.status == 69)
  }
}
