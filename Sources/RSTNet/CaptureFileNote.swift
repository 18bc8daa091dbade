/// What was met in a capture file that a reader of results should know.
public enum CaptureFileNote: Hashable, Sendable {
  /// The file ends in the middle of something, behind so many frames.
  case endsEarly(afterFrame: Int)
  /// Frames whose link layer is not known were left out.
  case unknownLinkType(name: String, frames: Int)
  /// Frames have no time of their own.
  case noTime(frames: Int)
  /// Blocks of pcapng that contradict themselves were left out.
  case damagedBlocks(count: Int)
  /// Nothing behind so many frames could be read.
  case unreadable(afterFrame: Int, reason: String)
}

extension CaptureFileNote: CustomStringConvertible {
  /// One sentence without a full stop.
  public var description: String {
    switch self {
    case .endsEarly(let number):
      "the file ends in the middle of what follows frame \(number)"
    case .unknownLinkType(let name, let frames):
      "\(Self.count(frames, "frame")) of link type \(name) left out"
    case .noTime(let frames):
      "\(Self.count(frames, "frame")) without a time, taken for that of the frame before"
    case .damagedBlocks(let count):
      "\(Self.count(count, "damaged block")) left out"
    case .unreadable(let number, let reason):
      "what follows frame \(number) cannot be read: \(reason)"
    }
  }

  private static func count(_ number: Int, _ noun: String) -> String {
    number == 1 ? "1 \(noun)" : "\(number) \(noun)s"
  }
}

/// How far the reading of a capture file is.
struct CaptureFileProgress {
  /// How many frames were met.
  var frames = 0
  /// How many octets were read.
  var octets = 0
  /// Whether nothing more can be read.
  var isOver = false
  /// How many frames had no time of their own.
  var framesWithoutTime = 0
  /// How many blocks were left out.
  var damagedBlocks = 0
  /// What ended the reading before its time.
  private var end: CaptureFileNote?
  /// Frames that were left out, by link type: a few of them, whatever a file claims.
  private var unknown: [(number: Int32, frames: Int)] = []

  /// How many link types are named; what is beyond counts with the last.
  private static let unknownLimit = 16

  /// Everything that was met.
  var notes: [CaptureFileNote] {
    var notes = unknown.map {
      CaptureFileNote.unknownLinkType(name: linkTypeName($0.number), frames: $0.frames)
    }
    if framesWithoutTime > 0 { notes.append(.noTime(frames: framesWithoutTime)) }
    if damagedBlocks > 0 { notes.append(.damagedBlocks(count: damagedBlocks)) }
    if let end { notes.append(end) }
    return notes
  }

  /// The file ends where it should not.
  mutating func endedEarly() {
    isOver = true
    end = .endsEarly(afterFrame: frames)
  }

  /// Nothing behind this can be read.
  mutating func failed(_ reason: String) {
    isOver = true
    end = .unreadable(afterFrame: frames, reason: reason)
  }

  /// A block is left out; true, since reading goes on.
  mutating func leaveOutBlock() -> Bool {
    damagedBlocks += 1
    return true
  }

  /// A frame is left out.
  mutating func leftOut(linkType number: Int32) {
    if let index = unknown.firstIndex(where: { $0.number == number }) {
      unknown[index].frames += 1
    } else if unknown.count < Self.unknownLimit {
      unknown.append((number, 1))
    } else {
      unknown[unknown.count - 1].frames += 1
    }
  }
}
