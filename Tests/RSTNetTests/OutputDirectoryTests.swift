import Foundation
import RSTNet
import Testing

/// Directories that the program fills.
@Suite struct OutputDirectoryTests {
  private let names: Set = ["a.html", "b.json"]

  private func withDirectory(_ body: (String) throws -> Void) throws {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("rstprobe-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(atPath: path) }
    try body(path)
  }

  @Test func `it is made where it is missing, and not before`() throws {
    try withDirectory { place in
      let path = place + "/bundle"
      #expect(OutputDirectory.obstacle(to: path, for: names) == nil)
      #expect(!FileManager.default.fileExists(atPath: path))
      try OutputDirectory.prepare(path, for: names)
      try OutputDirectory.write(Array("text".utf8), to: "a.html", in: path)
      #expect(try String(contentsOfFile: path + "/a.html", encoding: .utf8) == "text")
      #expect(try FileManager.default.contentsOfDirectory(atPath: path) == ["a.html"])
    }
  }

  @Test func `an earlier bundle is replaced`() throws {
    try withDirectory { path in
      for text in ["first", "second"] {
        #expect(OutputDirectory.obstacle(to: path + "/", for: names) == nil)
        try OutputDirectory.prepare(path, for: names)
        try OutputDirectory.write(Array(text.utf8), to: "b.json", in: path)
      }
      #expect(try String(contentsOfFile: path + "/b.json", encoding: .utf8) == "second")
    }
  }

  @Test func `what is somebody else's is left alone`() throws {
    try withDirectory { path in
      try "mine".write(toFile: path + "/notes.txt", atomically: false, encoding: .utf8)
      #expect(OutputDirectory.obstacle(to: path, for: names) == .stranger("notes.txt"))
      #expect(throws: OutputObstacle.stranger("notes.txt")) {
        try OutputDirectory.prepare(path, for: names)
      }
    }
  }

  @Test func `no link is followed`() throws {
    try withDirectory { place in
      let (real, link) = (place + "/real", place + "/link")
      try FileManager.default.createDirectory(atPath: real, withIntermediateDirectories: false)
      try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: real)
      for path in [link, link + "/"] {
        #expect(OutputDirectory.obstacle(to: path, for: names) != nil)
        #expect(throws: OutputObstacle.self) { try OutputDirectory.prepare(path, for: names) }
        #expect(throws: OutputObstacle.self) {
          try OutputDirectory.write([1], to: "a.html", in: path)
        }
      }
      let victim = place + "/victim"
      try "untouched".write(toFile: victim, atomically: false, encoding: .utf8)
      try FileManager.default.createSymbolicLink(
        atPath: real + "/a.html", withDestinationPath: victim)
      #expect(OutputDirectory.obstacle(to: real, for: names) == .stranger("a.html"))
      // Put there later, it is replaced and not followed.
      try OutputDirectory.write(Array("new".utf8), to: "a.html", in: real)
      #expect(try String(contentsOfFile: victim, encoding: .utf8) == "untouched")
      #expect(try String(contentsOfFile: real + "/a.html", encoding: .utf8) == "new")
    }
  }

  @Test func `a file is no directory, and a place that is not there has none`() throws {
    try withDirectory { place in
      try "x".write(toFile: place + "/file", atomically: false, encoding: .utf8)
      for path in [place + "/file", place + "/none/bundle", ""] {
        #expect(OutputDirectory.obstacle(to: path, for: names) != nil, "\(path)")
        #expect(throws: OutputObstacle.self) { try OutputDirectory.prepare(path, for: names) }
      }
    }
  }
}
