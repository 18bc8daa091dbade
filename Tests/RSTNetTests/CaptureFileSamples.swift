import CLinux
import Glibc
import RSTCore
import RSTNet
import RSTWire

/// The octets of capture files, put together by hand.
struct CaptureFileSamples {
  /// Whether the most significant octet comes first.
  var isBigEndian = false
  /// The file.
  var octets: [UInt8] = []

  init(isBigEndian: Bool = false) { self.isBigEndian = isBigEndian }

  /// Adds a number in the file's byte order.
  mutating func add(_ number: some FixedWidthInteger) {
    octets += Self.octets(of: number, isBigEndian)
  }

  static func octets(of number: some FixedWidthInteger, _ isBigEndian: Bool) -> [UInt8] {
    let order = stride(from: 0, to: number.bitWidth, by: 8)
    let little = order.map { UInt8(truncatingIfNeeded: number >> $0) }
    return isBigEndian ? little.reversed() : little
  }

  // MARK: pcap

  /// A file's header.
  mutating func addHeader(
    magic: UInt32 = 0xa1b2_c3d4, linkType: UInt32 = 101, snapLength: UInt32 = 65_535
  ) {
    add(magic)
    add(UInt16(2))
    add(UInt16(4))
    add(UInt64(0))
    add(snapLength)
    add(linkType)
  }

  /// A frame with its time in seconds and the parts of a second that the file has.
  mutating func addRecord(
    _ frame: [UInt8], seconds: UInt32 = 1, fraction: UInt32 = 2, originalLength: Int? = nil
  ) {
    add(seconds)
    add(fraction)
    add(UInt32(frame.count))
    add(UInt32(originalLength ?? frame.count))
    octets += frame
  }

  // MARK: pcapng

  /// A block with any body, padded to a multiple of four octets.
  mutating func addBlock(_ type: UInt32, _ body: [UInt8]) {
    let padding = [UInt8](repeating: 0, count: (4 - body.count % 4) % 4)
    let length = UInt32(12 + body.count + padding.count)
    add(type)
    add(length)
    octets += body + padding
    add(length)
  }

  /// A section header block.
  mutating func addSection(version: UInt16 = 1, options: [UInt8] = []) {
    var body = Self(isBigEndian: isBigEndian)
    body.add(0x1a2b_3c4d as UInt32)
    body.add(version)
    body.add(UInt16(0))
    body.add(Int64(-1))
    addBlock(0x0a0d_0d0a, body.octets + options)
  }

  /// An interface description block.
  mutating func addInterface(
    _ linkType: UInt16 = 101, snapLength: UInt32 = 0, options: [(UInt16, [UInt8])] = []
  ) {
    var body = Self(isBigEndian: isBigEndian)
    body.add(linkType)
    body.add(UInt16(0))
    body.add(snapLength)
    for (code, value) in options {
      body.add(code)
      body.add(UInt16(value.count))
      body.octets += value + [UInt8](repeating: 0, count: (4 - value.count % 4) % 4)
    }
    addBlock(1, body.octets)
  }

  /// An enhanced packet block, or with type 2 an obsolete packet block.
  mutating func addPacket(
    _ frame: [UInt8], interface: UInt32 = 0, stamp: UInt64 = 1_000_002, type: UInt32 = 6,
    originalLength: Int? = nil, options: [UInt8] = []
  ) {
    var body = Self(isBigEndian: isBigEndian)
    if type == 2 {
      body.add(UInt16(interface))
      body.add(UInt16(0))
    } else {
      body.add(interface)
    }
    body.add(UInt32(stamp >> 32))
    body.add(UInt32(truncatingIfNeeded: stamp))
    body.add(UInt32(frame.count))
    body.add(UInt32(originalLength ?? frame.count))
    let padding = [UInt8](repeating: 0, count: (4 - frame.count % 4) % 4)
    addBlock(type, body.octets + frame + padding + options)
  }

  /// A simple packet block.
  mutating func addSimplePacket(_ frame: [UInt8], originalLength: Int? = nil) {
    var body = Self(isBigEndian: isBigEndian)
    body.add(UInt32(originalLength ?? frame.count))
    addBlock(3, body.octets + frame)
  }
}

/// What reading a file gave.
struct CaptureFileContents: Equatable {
  var headers: [CaptureFile.FrameHeader] = []
  var frames: [[UInt8]] = []
  var notes: [CaptureFileNote] = []
  var octetsRead = 0
  var octetsTotal: Int?
  var count = 0

  /// Reads all of a file.
  init(path: String) throws {
    var file = try CaptureFile(path: path)
    octetsTotal = file.octetsTotal
    file.forEachFrame { header, octets in
      headers.append(header)
      frames.append(octets.indices.reduce(into: []) { $0.append(octets[$1]) })
      return true
    }
    notes = file.notes
    octetsRead = file.octetsRead
    count = file.frames
  }

  /// Reads a file with these octets.
  init(_ octets: [UInt8]) throws {
    let file = try TemporaryFile(octets)
    try self.init(path: file.path)
  }

  var moments: [Int64] { headers.map(\.moment.nanoseconds) }
}

/// A file that is gone when its owner goes.
final class TemporaryFile {
  let path: String

  init(_ octets: [UInt8]) throws {
    var name = Array("/tmp/rstnet-XXXXXX".utf8CString)
    let descriptor = unsafe mkstemp(&name)
    guard descriptor >= 0 else { throw SystemFailure(number: rst_errno()) }
    path = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    var written = 0
    while written < octets.count {
      let count = unsafe octets[written...].withUnsafeBytes { memory in
        unsafe Glibc.write(descriptor, memory.baseAddress, memory.count)
      }
      guard count > 0 else { throw SystemFailure(number: rst_errno()) }
      written += count
    }
    close(descriptor)
  }

  deinit { unsafe unlink(path) }
}
