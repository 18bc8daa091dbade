import CLinux
import Foundation
import Testing

@testable import RSTNet

/// Files that are replaced, and files that grow.
@Suite struct WholeFileTests {
  /// A directory of its own.
  private func withDirectory(_ body: (String) throws -> Void) throws {
    let path = "\(FileManager.default.temporaryDirectory.path)/rstnet-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(atPath: path) }
    try body(path)
  }

  private func text(_ path: String) throws -> String {
    try String(contentsOfFile: path, encoding: .utf8)
  }

  @Test func `links that somebody planted are not followed`() throws {
    try withDirectory { directory in
      let (target, victim) = (directory + "/state", directory + "/victim")
      try "precious".write(toFile: victim, atomically: false, encoding: .utf8)
      // What can be foreseen: the process's number.
      for name in ["state.\(getpid()).part", ".state.\(getpid()).tmp", ".state.tmp"] {
        try FileManager.default.createSymbolicLink(
          atPath: "\(directory)/\(name)", withDestinationPath: victim)
      }
      try AtomicFile.write(Array("new".utf8), to: target)
      #expect(try text(target) == "new")
      #expect(try text(victim) == "precious")
      // The name itself may be a link: it is replaced, and not what it leads to.
      try FileManager.default.removeItem(atPath: target)
      try FileManager.default.createSymbolicLink(atPath: target, withDestinationPath: victim)
      try AtomicFile.write(Array("newer".utf8), to: target)
      #expect(try text(target) == "newer")
      #expect(try text(victim) == "precious")
      let left = try FileManager.default.contentsOfDirectory(atPath: directory)
      #expect(left.count == 5, "\(left)")
    }
  }

  @Test func `a file is made only where nothing is, not even a link to nothing`() throws {
    try withDirectory { directory in
      let (link, nowhere) = (directory + "/link", directory + "/nowhere")
      try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: nowhere)
      #expect(throws: SystemFailure(number: EEXIST)) { _ = try AtomicFile.make(link).number }
      #expect(!FileManager.default.fileExists(atPath: nowhere))
    }
  }

  @Test func `what cannot be replaced stays as it was`() throws {
    try withDirectory { directory in
      let target = directory + "/taken"
      try FileManager.default.createDirectory(
        atPath: target + "/inside", withIntermediateDirectories: true)
      #expect(throws: SystemFailure.self) { try AtomicFile.write([1], to: target) }
      #expect(throws: SystemFailure.self) { try AtomicFile.write([1], to: "\(directory)/no/where") }
      #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["taken"])
      #expect(AtomicFile.obstacle(to: directory + "/no/where") == SystemFailure(number: ENOENT))
      #expect(AtomicFile.obstacle(to: directory + "/free") == nil)
    }
  }

  @Test func `a file that grows is cut where it was whole`() throws {
    try withDirectory { directory in
      let path = directory + "/list"
      var file: AppendedFile? = try AppendedFile(path: path)
      try file?.write("head\n<a/>\n<b/>\n")
      try file?.write("<c")
      file = nil
      let again = try #require(
        try AppendedFile(continuing: path, beginning: "head\n", cutBehind: "/>\n"))
      #expect(again.count == 15)
      try again.write("<d/>\n")
      #expect(try text(path) == "head\n<a/>\n<b/>\n<d/>\n")
      try again.cut(to: 10)
      #expect(try text(path) == "head\n<a/>\n")
      #expect(try AppendedFile(continuing: path, beginning: "heat\n", cutBehind: "\n") == nil)
      #expect(try text(path) == "head\n<a/>\n")
      let bare = try #require(
        try AppendedFile(continuing: path, beginning: "head", cutBehind: "never"))
      #expect(bare.count == 0)
      #expect(throws: SystemFailure(number: ENOENT)) {
        _ = try AppendedFile(continuing: directory + "/none", beginning: "", cutBehind: "")
      }
    }
  }

  @Test func `what is read may be empty or a pipe, and has a limit`() throws {
    try withDirectory { directory in
      let path = directory + "/words"
      try "".write(toFile: path, atomically: false, encoding: .utf8)
      #expect(try InputFile.readAny(path, limit: 5) == [])
      #expect(throws: InputFileError.empty) { _ = try InputFile.read(path, limit: 5) }
      try "12345".write(toFile: path, atomically: false, encoding: .utf8)
      #expect(try InputFile.readAny(path, limit: 5) == Array("12345".utf8))
      #expect(throws: InputFileError.tooLong(limit: 4)) {
        _ = try InputFile.readAny(path, limit: 4)
      }
      #expect(throws: InputFileError.notRegular) { _ = try InputFile.read("/dev/null") }
      #expect(try InputFile.readAny("/dev/null", limit: 4) == [])
      let missing = #expect(throws: InputFileError.self) { _ = try InputFile.readAny("", limit: 4) }
      #expect(missing?.isMissingFile == true)
    }
  }
}
