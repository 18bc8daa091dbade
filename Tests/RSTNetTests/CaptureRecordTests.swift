import CLinux
import Foundation
import RSTCore
import RSTNet
import RSTTestSupport
import RSTWire
import Testing

@Suite struct CaptureRecordTests {
  private static let frames: [[UInt8]] = [[0x45, 1, 2, 3], [], [UInt8](repeating: 9, count: 1500)]

  private static func file(_ magic: UInt32 = 0xa1b2_c3d4, isBigEndian: Bool = false) -> [UInt8] {
    var file = CaptureFileSamples(isBigEndian: isBigEndian)
    file.addHeader(magic: magic)
    for (index, frame) in frames.enumerated() {
      file.addRecord(
        frame, seconds: 1_700_000_000 + UInt32(index), fraction: 999_999,
        originalLength: frame.count + index)
    }
    return file.octets
  }

  @Test(arguments: [(0xa1b2_c3d4, 1000), (0xa1b2_3c4d, 1)] as [(UInt32, Int64)], [false, true])
  func `both precisions and both byte orders are read`(
    precision: (magic: UInt32, unit: Int64), isBigEndian: Bool
  ) throws {
    let octets = Self.file(precision.magic, isBigEndian: isBigEndian)
    let contents = try CaptureFileContents(octets)
    #expect(contents.frames == Self.frames)
    #expect(contents.headers.map(\.number) == [1, 2, 3])
    #expect(contents.headers.map(\.originalLength) == [4, 1, 1502])
    let second: Int64 = 1_000_000_000
    let first = 1_700_000_000 * second + 999_999 * precision.unit
    #expect(contents.moments == [first, first + second, first + 2 * second])
    #expect(contents.notes.isEmpty)
    #expect(contents.octetsRead == octets.count - 24)
    #expect(contents.octetsTotal == octets.count)
  }

  @Test func `a length on the link below what was captured is made possible`() throws {
    var file = CaptureFileSamples()
    file.addHeader()
    file.addRecord([1, 2, 3], originalLength: 2)
    #expect(try CaptureFileContents(file.octets).headers.first?.originalLength == 3)
  }

  @Test func `cut anywhere, a file gives what came before, and says so`() throws {
    let octets = Self.file()
    let ends = [24, 44, 60, 1576]
    #expect(ends.last == octets.count)
    for length in 0..<octets.count where length < 80 || length % 97 == 0 {
      let cut = Array(octets.prefix(length))
      if length < 24 {
        let error = #expect(throws: CaptureError.self) { _ = try CaptureFileContents(cut) }
        #expect(error?.text.contains(length == 0 ? "empty" : "middle of its header") == true)
        continue
      }
      let contents = try CaptureFileContents(cut)
      let whole = ends.count { $0 <= length } - 1
      #expect(contents.frames == Array(Self.frames.prefix(whole)))
      #expect(contents.notes == (ends.contains(length) ? [] : [.endsEarly(afterFrame: whole)]))
    }
  }

  @Test func `frames of an unknown link type are counted and left out`() throws {
    var file = CaptureFileSamples()
    file.addHeader(linkType: 105)
    file.addRecord([1])
    file.addRecord([2])
    let contents = try CaptureFileContents(file.octets)
    #expect(contents.frames.isEmpty)
    #expect(contents.count == 2)
    #expect(contents.notes == [.unknownLinkType(name: "IEEE802_11 (105)", frames: 2)])
    #expect(
      contents.notes.map(\.description) == ["2 frames of link type IEEE802_11 (105) left out"])
  }

  @Test func `a frame longer than any can be ends the reading, and is told from a file's end`()
    throws
  {
    var file = CaptureFileSamples()
    file.addHeader()
    file.addRecord([1])
    file.add(UInt64(0))
    file.add(UInt32.max)
    file.add(UInt32.max)
    file.octets += [UInt8](repeating: 0, count: 100)
    let contents = try CaptureFileContents(file.octets)
    #expect(contents.frames == [[1]])
    guard case .unreadable(afterFrame: 1, _) = contents.notes.first else {
      Issue.record("\(contents.notes)")
      return
    }
  }

  @Test func `reading goes on where it stopped, also when it was thrown out of`() throws {
    struct Interruption: Error {}
    let temporary = try TemporaryFile(Self.file())
    var file = try CaptureFile(path: temporary.path)
    var numbers: [Int] = []
    file.forEachFrame { header, _ in
      numbers.append(header.number)
      return false
    }
    #expect(numbers == [1])
    #expect(throws: Interruption.self) {
      try file.forEachFrame { header, _ in
        numbers.append(header.number)
        throw Interruption()
      }
    }
    file.forEachFrame { header, _ in
      numbers.append(header.number)
      return true
    }
    #expect(numbers == [1, 2, 3])
    file.forEachFrame { _, _ in
      Issue.record("a frame behind the end")
      return true
    }
  }

  @Test(
    arguments: [
      ([0x1f, 0x8b, 8, 0], "gzip"), ([0x28, 0xb5, 0x2f, 0xfd], "zstd"),
      ([0xfd, 0x37, 0x7a, 0x58], "xz"), ([0x42, 0x5a, 0x68, 0x39], "bzip2"),
      ([0x50, 0x4b, 3, 4], "not a capture file"), (Array("0123456789012345".utf8), "not a capture"),
      ([0xd4, 0xc3, 0xb2, 0xa1], "middle of its header"),
    ] as [([UInt8], String)])
  func `what is no capture file is refused with its reason`(octets: [UInt8], reason: String) {
    let rest = reason.hasPrefix("middle") ? 0 : 40
    let error = #expect(throws: CaptureError.self) {
      _ = try CaptureFileContents(octets + [UInt8](repeating: 0, count: rest))
    }
    #expect(error?.code == .file)
    #expect(error?.text.contains(reason) == true, "\(String(describing: error))")
  }

  @Test func `what cannot be opened is refused with the system's reason`() throws {
    for (path, reason) in [
      ("/tmp/rstnet-\(getpid())-missing.pcap", "No such file or directory"),
      ("/tmp", "Is a directory"), ("", "No such file or directory"),
      ("/tmp\0", "No such file or directory"),
    ] {
      let error = #expect(throws: CaptureError.self) { _ = try CaptureFile(path: path) }
      #expect(error?.description == "reading \(path): \(reason)")
    }
  }

  @Test(.enabled("root may read everything") { geteuid() != 0 })
  func `a file that may not be read is refused`() throws {
    let temporary = try TemporaryFile(Self.file())
    unsafe chmod(temporary.path, 0)
    let error = #expect(throws: CaptureError.self) { _ = try CaptureFile(path: temporary.path) }
    #expect(error?.text == "Permission denied")
  }

  /// Captures from elsewhere; they are no part of the project.
  private static let shared = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().appendingPathComponent("../../../shared/captures").standardized

  @Test(
    .enabled("there are no shared captures") {
      FileManager.default.fileExists(atPath: shared.path)
    },
    arguments: [
      "ttl-sweep-trigger", "ttl-sweep-control", "ttl-sweep-genuine-windows", "reset-before-synack",
      "linux-two-reset-shapes", "gateway-idle-resets", "reset-with-reason-text", "syn-then-rst",
    ])
  func `captures from elsewhere are read whole, by both readers alike`(name: String) throws {
    let path = Self.shared.appendingPathComponent("\(name).pcap").path
    var file = try CaptureFile(path: path)
    var segments = 0
    var differences: [String] = []
    var last = 0
    file.forEachFrame { header, octets in
      #expect(header.number == last + 1)
      last = header.number
      let difference = WireAgreement.difference(
        link: header.linkType, octets: octets, originalLength: header.originalLength)
      if let difference { differences.append("frame \(header.number): \(difference)") }
      let frame = CapturedFrame(
        link: header.linkType, octets: octets, originalLength: header.originalLength)
      if case .segment = frame { segments += 1 }
      return true
    }
    #expect(differences.isEmpty)
    #expect(segments > 0)
    #expect(file.notes.isEmpty)
  }
}
