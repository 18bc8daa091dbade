public import RSTCore
public import RSTWire

/// A capture file, pcap or pcapng, read frame by frame.
///
/// pcapng is read block by block, since libpcap gives up on interfaces that differ from each other;
/// pcap as most programs write it is read record by record, for speed; rarer kinds by libpcap.
public struct CaptureFile: ~Copyable {
  /// What stands beside the octets of a frame.
  public struct FrameHeader: Hashable, Sendable {
    /// Its place in the file, from 1: the number that Wireshark shows.
    public var number: Int
    /// When it was captured; where the file does not say, the moment of the frame before.
    public var moment: Moment
    /// What it begins with.
    public var linkType: LinkType
    /// How long it was on the link, in octets: never less than was captured.
    public var originalLength: Int

    /// Makes a header.
    public init(number: Int, moment: Moment, linkType: LinkType, originalLength: Int) {
      self.number = number
      self.moment = moment
      self.linkType = linkType
      self.originalLength = originalLength
    }
  }

  /// What is called for each frame; false ends the reading, until it is asked for again.
  public typealias Body = (FrameHeader, Span<UInt8>) throws -> Bool

  /// The size of the file, in octets; nil where it is none, as a pipe.
  public let octetsTotal: Int?

  private var reader: CaptureFileReader
  private var progress = CaptureFileProgress()

  /// Opens a file and reads its header.
  ///
  /// - Parameter path: Where it is; "-" is standard input.
  /// - Throws: `CaptureError` with `file`: it cannot be opened, is empty, ends in its header, or is
  ///   no capture file.
  public init(path: String) throws(CaptureError) { try self.init(CaptureInput(path: path)) }

  /// Takes over a file that is open, and reads its header.
  ///
  /// - Throws: `CaptureError` with `file`: it is empty, ends in its header, or is no capture file.
  public init(_ input: consuming CaptureInput) throws(CaptureError) {
    octetsTotal = input.octetsTotal
    let activity = input.activity
    do throws(CaptureFileRefusal) { reader = try CaptureFileReader.reading(input) } catch {
      throw CaptureError(code: .file, text: error.text, activity: activity)
    }
  }

  /// Calls `body` for each frame whose link layer is known, from where reading stopped.
  ///
  /// - Parameter body: What is called; the octets are lent for the call only.
  public mutating func forEachFrame(_ body: Body) rethrows {
    try reader.plain?.forEachFrame(&progress, body)
    try reader.records?.forEachFrame(&progress, body)
    try reader.blocks?.forEachFrame(&progress, body)
  }

  /// How many frames were met so far, those of unknown link layers too.
  public var frames: Int { progress.frames }

  /// How much of the file was read so far, in octets.
  public var octetsRead: Int { progress.octets }

  /// What was met so far that a reader of results should know.
  public var notes: [CaptureFileNote] { progress.notes }
}

/// The reader of a file's format: one of the three is there.
private struct CaptureFileReader: ~Copyable {
  var plain: PlainRecordReader?
  var records: RecordReader?
  var blocks: BlockReader?

  static func reading(_ input: consuming CaptureInput) throws(CaptureFileRefusal) -> Self {
    let stream = try CaptureStream(input)
    let magic = stream.magic
    if magic == BlockReader.magic { return Self(blocks: try BlockReader(stream)) }
    return PlainRecordReader.reads(magic: magic)
      ? Self(plain: try PlainRecordReader(stream)) : Self(records: try RecordReader(stream))
  }
}

/// Why a file cannot be read at all.
struct CaptureFileRefusal: Error {
  /// In one line, without the file's name.
  var text: String

  static let endsInHeader = Self(text: "the file ends in the middle of its header")
  static let noCapture = Self(text: "not a capture file: neither pcap nor pcapng")
}
