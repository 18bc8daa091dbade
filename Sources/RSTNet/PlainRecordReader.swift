internal import CPcap
internal import Glibc
internal import RSTCore
internal import RSTWire

/// The records of a pcap file as nearly all programs write them.
///
/// libpcap reads the header, and whole files of the rarer kinds. Taking the records from where they
/// are halves the time, since libpcap copies each frame twice.
struct PlainRecordReader: ~Copyable {
  private var window: CaptureWindow
  private let order: BlockByteOrder
  /// Nanoseconds of a unit of the second part of a time.
  private let unit: Int64
  private let header: Header

  /// Octets before each frame.
  private static let recordHeaderLength = 16
  private static let fileHeaderLength = 24
  /// The longest frame that is read, as in libpcap; of links that are left out some are longer.
  private static let frameLimit = (known: 262_144, unknown: 64 << 20)

  /// Whether a file that begins so is one that this reads.
  static func reads(magic: UInt32) -> Bool { kind(of: magic) != nil }

  private static func kind(of magic: UInt32) -> (order: BlockByteOrder, unit: Int64)? {
    switch magic {
    case 0xa1b2_c3d4: (.big, 1_000)
    case 0xd4c3_b2a1: (.little, 1_000)
    case 0xa1b2_3c4d: (.big, 1)
    case 0x4d3c_b2a1: (.little, 1)
    default: nil
    }
  }

  /// Reads the file's header.
  ///
  /// - Throws: `CaptureFileRefusal`.
  init(_ stream: consuming CaptureStream) throws(CaptureFileRefusal) {
    guard let (order, unit) = Self.kind(of: stream.magic) else { throw .noCapture }
    var window = CaptureWindow(stream)
    guard window.provide(Self.fileHeaderLength) else { throw .endsInHeader }
    let range = window.start..<(window.start + Self.fileHeaderLength)
    header = try Header(Array(window.octets[range]))
    window.consume(Self.fileHeaderLength)
    (self.order, self.unit) = (order, unit)
    self.window = window
  }

  /// Calls `body` for each frame until it returns false.
  mutating func forEachFrame(
    _ progress: inout CaptureFileProgress, _ body: CaptureFile.Body
  ) rethrows {
    let linkType = LinkType(dataLink: header.dataLink)
    let limit = linkType == nil ? Self.frameLimit.unknown : Self.frameLimit.known
    while !progress.isOver, window.provide(Self.recordHeaderLength) {
      let captured = order.int(in: window.octets.span, at: window.start + 8)
      guard captured <= limit else {
        progress.failed("a frame of \(captured) octets")
        return
      }
      let length = Self.recordHeaderLength + captured
      guard window.provide(length) else { break }
      progress.frames += 1
      progress.octets += length
      // Also when the body throws, it has had its frame.
      defer { window.consume(length) }
      guard let linkType else {
        progress.leftOut(linkType: header.dataLink)
        continue
      }
      guard try lend(linkType, captured, number: progress.frames, body) else { return }
    }
    if !progress.isOver { end(&progress) }
  }

  /// Calls `body` for the frame at the window's start.
  private func lend(
    _ linkType: LinkType, _ captured: Int, number: Int, _ body: CaptureFile.Body
  ) rethrows -> Bool {
    let start = window.start
    let octets = window.octets.span
    let count = min(captured, header.snapLength)
    let seconds = Int64(order.uint32(in: octets, at: start))
    let fraction = Int64(order.uint32(in: octets, at: start + 4))
    let frame = CaptureFile.FrameHeader(
      number: number, moment: Moment(nanoseconds: seconds * 1_000_000_000 + fraction * unit),
      linkType: linkType, originalLength: max(order.int(in: octets, at: start + 12), count))
    let first = start + Self.recordHeaderLength
    return try body(frame, octets.extracting(first..<(first + count)))
  }

  /// The file ends here, between two records or not.
  private func end(_ progress: inout CaptureFileProgress) {
    if let failure = window.failure {
      progress.failed("\(failure)")
    } else if window.available > 0 {
      progress.endedEarly()
    } else {
      progress.isOver = true
    }
  }

  /// What libpcap makes of a file's header.
  private struct Header {
    let dataLink: Int32
    let snapLength: Int

    init(_ octets: [UInt8]) throws(CaptureFileRefusal) {
      var octets = octets
      var text = [CChar](repeating: 0, count: Int(PCAP_ERRBUF_SIZE))
      let read: (Int32, Int)? = unsafe octets.withUnsafeMutableBytes { memory in
        guard let file = unsafe fmemopen(memory.baseAddress, memory.count, "rb") else { return nil }
        guard let handle = unsafe pcap_fopen_offline(file, &text) else {
          unsafe fclose(file)
          return nil
        }
        // Closes the stream too.
        defer { unsafe pcap_close(handle) }
        return unsafe (pcap_datalink(handle), Int(pcap_snapshot(handle)))
      }
      guard let (dataLink, snapLength) = read else {
        throw CaptureFileRefusal(text: line(of: text))
      }
      (self.dataLink, self.snapLength) = (dataLink, max(snapLength, 0))
    }
  }
}
