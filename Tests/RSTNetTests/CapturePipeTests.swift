import CLinux
import Foundation
import Glibc
import RSTNet
import Testing

/// Standard input belongs to the whole process, so that these come one after the other.
@Suite(.serialized) struct CapturePipeTests {
  /// How what is in the pipe is written.
  enum Format: CaseIterable {
    case pcap, pcapng

    /// More than what a pipe holds, so that reading waits for the writer.
    var octets: [UInt8] {
      var file = CaptureFileSamples()
      if self == .pcap {
        file.addHeader()
      } else {
        file.addSection()
        file.addInterface()
      }
      for number in 0..<200 {
        let frame = [UInt8](repeating: UInt8(number), count: 1000 + number)
        if self == .pcap { file.addRecord(frame) } else { file.addPacket(frame) }
      }
      return file.octets
    }
  }

  /// What reading a pipe gives, into which a thread writes octets and which it closes then.
  private func contents(of octets: [UInt8], isStandardInput: Bool) throws -> CaptureFileContents {
    var ends: [Int32] = [-1, -1]
    try #require(unsafe pipe(&ends) == 0)
    let (reading, writing) = (ends[0], ends[1])
    Thread.detachNewThread {
      var written = 0
      while written < octets.count {
        let count = unsafe octets[written...].withUnsafeBytes { memory in
          unsafe Glibc.write(writing, memory.baseAddress, min(memory.count, 777))
        }
        guard count > 0 else { break }
        written += count
      }
      close(writing)
    }
    defer { close(reading) }
    guard isStandardInput else { return try CaptureFileContents(path: "/dev/fd/\(reading)") }
    let before = dup(STDIN_FILENO)
    dup2(reading, STDIN_FILENO)
    defer {
      if before >= 0 {
        dup2(before, STDIN_FILENO)
        close(before)
      } else {
        close(STDIN_FILENO)
      }
    }
    return try CaptureFileContents(path: "-")
  }

  @Test(arguments: Format.allCases, [false, true])
  func `a pipe is read as a file is, without knowing its size`(
    format: Format, isStandardInput: Bool
  ) throws {
    let octets = format.octets
    var expected = try CaptureFileContents(octets)
    #expect(expected.frames.count == 200)
    #expect(expected.octetsTotal == octets.count)
    expected.octetsTotal = nil
    let isAlike = try contents(of: octets, isStandardInput: isStandardInput) == expected
    #expect(isAlike)
  }

  @Test func `a pipe that is closed at once is empty, and named as standard input`() {
    let error = #expect(throws: CaptureError.self) {
      _ = try contents(of: [], isStandardInput: true)
    }
    #expect(error?.description == "reading standard input: the file is empty")
  }
}
