import RSTWire

/// What the SYNs of a run say of themselves to rstprobe alone: which run they are of, and which probe.
///
/// The mark stands in the value of the timestamps option, mixed with the sequence number. So a run is
/// found again in a capture, whatever else was under way; to everybody else it stays a timestamp.
struct ProbeMark: Hashable, Sendable {
  /// A digest of the probe's name.
  var probe: UInt16
  /// Drawn for each run.
  var run: UInt16

  /// What connections of our own say instead of a probe's name.
  static let connection = "connection"

  /// Odd, so that it has an inverse; 2^32 divided by the golden ratio spreads numbers that are close.
  private static let factor: UInt32 = 2_654_435_761

  /// The inverse modulo 2^32: an odd number is its own to three bits, and each step of Newton's doubles
  /// them.
  private static let inverse = (0..<4).reduce(factor) { number, _ in
    number &* (2 &- factor &* number)
  }

  /// The mark of a probe.
  init(probe name: String, run: UInt16) {
    probe = Self.digest(of: name)
    self.run = run
  }

  /// What a timestamp says beside this sequence number; of no meaning where it is not from rstprobe.
  init(timestamp: UInt32, beside sequence: SequenceNumber) {
    let word = timestamp &* Self.inverse ^ sequence.rawValue
    probe = UInt16(truncatingIfNeeded: word >> 16)
    run = UInt16(truncatingIfNeeded: word)
  }

  /// The timestamp that says so beside this sequence number.
  func timestamp(beside sequence: SequenceNumber) -> UInt32 {
    ((UInt32(probe) << 16 | UInt32(run)) ^ sequence.rawValue) &* Self.factor
  }

  /// FNV-1a, folded to half its width.
  static func digest(of name: String) -> UInt16 {
    let hash = name.utf8.reduce(0x811c_9dc5 as UInt32) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
    return UInt16(truncatingIfNeeded: hash ^ hash >> 16)
  }
}
