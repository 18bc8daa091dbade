import Foundation
import Testing

@testable import RSTNet

/// What a confined process asks of the one that keeps its files.
@Suite struct FileServiceTests {
  private func withDirectory(_ body: (String) throws -> Void) throws {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("rstprobe-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(atPath: path) }
    try body(path)
  }

  @Test func `requests and replies come back from their octets`() {
    let requests = [
      FileRequest(.prepare, output: 0), FileRequest(.write, output: 1, name: 4, count: 1 << 32),
      FileRequest(.remove, output: 255),
    ]
    for request in requests { #expect(FileRequest(parsing: request.encoded) == request) }
    for reply in [
      FileReply.done, .refused(.system(SystemFailure(number: 28))),
      .refused(.stranger("a\u{e9}.txt")),
    ] {
      let octets = reply.encoded
      let head = Array(octets.prefix(FileReply.size))
      #expect(FileReply.nameLength(in: head) == octets.count - FileReply.size)
      #expect(FileReply(head, name: Array(octets.dropFirst(FileReply.size))) == reply)
    }
  }

  @Test func `what is no request is refused, and so is more than a file can have`() {
    let octets = FileRequest(.write, output: 0, count: 1).encoded
    #expect(FileRequest(parsing: Array(octets.dropLast())) == nil)
    #expect(FileRequest(parsing: [9] + octets.dropFirst()) == nil)
    #expect(
      FileRequest(parsing: Array(octets.prefix(4)) + [UInt8](repeating: 0xff, count: 8)) == nil)
  }

  @Test func `files are written where the outputs are, and nowhere else`() throws {
    try withDirectory { place in
      let service = FileService([
        .file(place + "/state"), .directory(place + "/bundle", ["a", "b"]),
      ])
      #expect(service.answer(FileRequest(.prepare, output: 1), []) == .done)
      #expect(service.answer(FileRequest(.write, output: 1, name: 1), [0x62]) == .done)
      #expect(service.answer(FileRequest(.write, output: 0), [0x73]) == .done)
      #expect(try String(contentsOfFile: place + "/bundle/b", encoding: .utf8) == "b")
      #expect(try String(contentsOfFile: place + "/state", encoding: .utf8) == "s")
      let forbidden = FileReply.refused(.system(SystemFailure(number: EPERM)))
      for request in [
        FileRequest(.write, output: 2), FileRequest(.write, output: 1, name: 2),
        FileRequest(.prepare, output: 0), FileRequest(.remove, output: 1),
      ] {
        #expect(service.answer(request, [1]) == forbidden)
      }
      #expect(service.answer(FileRequest(.remove, output: 0), []) == .done)
      #expect(try FileManager.default.contentsOfDirectory(atPath: place) == ["bundle"])
      try "mine".write(toFile: place + "/bundle/notes", atomically: false, encoding: .utf8)
      #expect(
        service.answer(FileRequest(.prepare, output: 1), []) == .refused(.stranger("notes")))
    }
  }
}
