public import RSTCore
public import RSTWire

/// What some frames of a capture hold, in their order: what is asked of them is in here, so that their
/// octets need not be kept.
public struct FrameBatch: Sendable {
  /// A TCP segment of a frame; of a fixed size, without anything elsewhere in memory.
  public struct Segment: Sendable {
    /// What was read.
    public var segment: CapturedSegment
    /// The frame's number, from 1.
    public var frame: Int
    /// When it was captured.
    public var moment: Moment
  }

  /// What few frames hold.
  public enum Rarity: Sendable {
    /// What the reset at this place among the segments says: printable ASCII, 160 characters at most.
    case text(String)
    /// A packet before the segment at this place that was read whole: an ICMP message, or a segment
    /// that may belong to a run of rstprobe.
    case packet(Packet, frame: Int, moment: Moment)
  }

  /// The segments.
  public internal(set) var segments: [Segment] = []
  /// The rest, each with its place among the segments.
  public internal(set) var rarities: [(place: Int, Rarity)] = []
  /// The first and the last moment of all its frames; nil before the first.
  public internal(set) var moments: ClosedRange<Moment>?
  /// How many frames of the file were met so far.
  public internal(set) var framesRead = 0
  /// How many octets of the file were read so far.
  public internal(set) var octetsRead = 0

  init() {}

  /// Calls a function for each of what it holds, in the order of the frames, until one returns false.
  ///
  /// - Parameters:
  ///   - packet: Gets each packet that was read whole, a segment before it comes as such.
  ///   - segment: Gets the place of each segment, and what it says in text where that was looked at.
  public func forEach(
    packet: (Packet, _ frame: Int, Moment) -> Void, segment: (_ place: Int, String?) -> Void
  ) {
    var rest = rarities[...]
    for place in segments.indices {
      var text: String?
      while let next = rest.first, next.place == place {
        rest.removeFirst()
        switch next.1 {
        case .text(let words): text = words
        case .packet(let whole, let frame, let moment): packet(whole, frame, moment)
        }
      }
      segment(place, text)
    }
    for case (_, .packet(let whole, let frame, let moment)) in rest {
      packet(whole, frame, moment)
    }
  }

  /// Forgets everything, and keeps the room.
  mutating func clear() {
    segments.removeAll(keepingCapacity: true)
    rarities.removeAll(keepingCapacity: true)
    moments = nil
  }
}

extension FrameBatch {
  /// Adds what was read of a frame; `watch` tells which segments are to be read whole.
  mutating func add(
    _ frame: CapturedFrame, in octets: Span<UInt8>, _ header: CaptureFile.FrameHeader,
    _ watch: inout RunWatch
  ) {
    switch frame {
    case .segment(let segment, let place):
      if watch.isWanted(segment, at: header.moment) { addWhole(place, of: octets, header) }
      if segment.flags.contains(.reset), segment.payloadLength > 0,
        let packet = Packet(place, of: octets)
      {
        rarities.append((segments.count, .text(Self.text(packet.payload))))
      }
      segments.append(Segment(segment: segment, frame: header.number, moment: header.moment))
    case .icmp(let place):
      addWhole(place, of: octets, header)
    case .fragment, .other, .unreadable:
      break
    }
  }

  private mutating func addWhole(
    _ place: CapturedDatagram, of octets: Span<UInt8>, _ header: CaptureFile.FrameHeader
  ) {
    guard let packet = Packet(place, of: octets) else { return }
    let whole = Rarity.packet(packet, frame: header.number, moment: header.moment)
    rarities.append((segments.count, whole))
  }

  /// Takes note that a frame was met.
  mutating func met(_ header: CaptureFile.FrameHeader) {
    framesRead = header.number
    let moment = header.moment
    moments =
      moments.map { min($0.lowerBound, moment)...max($0.upperBound, moment) }
      ?? moment...moment
  }

  /// What octets say, as far as it can be shown.
  private static func text(_ payload: [UInt8]) -> String {
    let shown = payload.prefix(160).map { (0x20...0x7e).contains($0) ? $0 : UInt8(ascii: ".") }
    return String(decoding: shown, as: UTF8.self)
  }
}
