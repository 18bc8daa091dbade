import RSTWire

/// What differs between the two captures in segments that both show.
public struct PathChange: Hashable, Sendable {
  /// What was changed.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// An address or a port.
    case address
    /// Sequence numbers, by a constant.
    case sequenceNumbers = "sequence-numbers"
    /// The time to live, or hop limit.
    case hopLimit = "hop-limit"
    /// The six bits of the differentiated services code point.
    case dscp
    /// The maximum segment size that a SYN offers.
    case maximumSegmentSize = "mss"
    /// The window scale that a SYN offers.
    case windowScale = "window-scale"
    /// Whether a SYN permits selective acknowledgement.
    case selectiveAcknowledgement = "sack"
    /// Whether a SYN carries timestamps.
    case timestamps
    /// The window field of a SYN.
    case window
    /// The identification of IPv4 packets.
    case identification
    /// How octets are cut into segments.
    case segmentation
  }

  /// What was changed.
  public var kind: Kind
  /// Whose segments.
  public var side: Side
  /// How it is in the capture that is nearer to that side; in the first one where that is not known.
  public var before: String
  /// How it is in the other one.
  public var after: String

  /// What differs in a side's segments.
  ///
  /// - Parameters:
  ///   - side: The side.
  ///   - passages: What both captures show of it.
  ///   - traces: The connection in the first capture, and in the second with sides as there.
  ///   - offset: What is added to the first capture's numbers.
  ///   - source: The capture that is nearer to the side.
  /// - Returns: The changes, each kind once.
  static func all(
    _ side: Side, _ passages: [Passage], _ traces: PerPoint<ConnectionTrace>, offset: Int?,
    from source: CapturePoint
  ) -> [Self] {
    var changes: [Self] = []
    func add(_ kind: Kind, _ before: String?, _ after: String?) {
      guard before != after else { return }
      changes.append(
        Self(kind: kind, side: side, before: before ?? "none", after: after ?? "none"))
    }
    let (before, after) = (traces[source], traces[source.other])
    add(.address, "\(before.endpoint(of: side).text)", "\(after.endpoint(of: side).text)")
    if let offset, offset != 0 {
      let shift = source == .first ? offset : -offset
      add(.sequenceNumbers, "+0", shift > 0 ? "+\(shift)" : "\(shift)")
    }
    let own = passages.filter { $0.first.side == side && !$0.first.isReset }
    let hops = own.map { Pair($0[source].hopLimit, $0[source.other].hopLimit) }
    if let usual = usual(hops) { add(.hopLimit, "\(usual.before)", "\(usual.after)") }
    let marks = own.map { Pair($0[source].trafficClass >> 2, $0[source.other].trafficClass >> 2) }
    if let usual = usual(marks.filter { $0.before != $0.after }) {
      add(.dscp, "\(usual.before)", "\(usual.after)")
    }
    let renumbered = own.filter {
      $0.isCertain && $0[source].identification != $0[source.other].identification
    }
    if let sample = renumbered.first {
      func word(_ number: UInt16?) -> String { number.map { "\($0)" } ?? "none" }
      add(
        .identification, word(sample[source].identification),
        word(sample[source.other].identification))
    }
    guard let mine = before.openings[side], let theirs = after.openings[side],
      own.contains(where: { $0[source].frame == mine.segment.frame })
    else { return changes }
    func word(_ number: (some BinaryInteger)?) -> String? { number.map { "\($0)" } }
    add(
      .maximumSegmentSize, word(mine.options.maximumSegmentSize),
      word(theirs.options.maximumSegmentSize))
    add(.windowScale, word(mine.options.windowScale), word(theirs.options.windowScale))
    func permitted(_ options: CapturedSegment.Options) -> String {
      options.permitsSelectiveAcknowledgement ? "permitted" : "none"
    }
    add(.selectiveAcknowledgement, permitted(mine.options), permitted(theirs.options))
    func stamped(_ options: CapturedSegment.Options) -> String {
      options.timestamps == nil ? "none" : "present"
    }
    add(.timestamps, stamped(mine.options), stamped(theirs.options))
    add(.window, "\(mine.segment.window)", "\(theirs.segment.window)")
    return changes
  }

  /// How octets were cut anew: by the longest segments of a side.
  static func segmentation(
    _ side: Side, _ segments: PerPoint<[LoggedSegment]>, from source: CapturePoint
  ) -> Self {
    func longest(_ point: CapturePoint) -> Int {
      segments[point].reduce(0) { $1.side == side ? max($0, $1.length) : $0 }
    }
    return Self(
      kind: .segmentation, side: side, before: "\(longest(source))",
      after: "\(longest(source.other))")
  }

  private struct Pair: Hashable {
    var before: UInt8
    var after: UInt8

    init(_ before: UInt8, _ after: UInt8) {
      self.before = before
      self.after = after
    }
  }

  private static func usual(_ pairs: [Pair]) -> Pair? {
    var counts: [Pair: Int] = [:]
    for pair in pairs { counts[pair, default: 0] += 1 }
    return counts.max { ($0.value, $1.key.before) < ($1.value, $0.key.before) }?.key
  }
}

extension Endpoint {
  /// As a user would type it.
  var text: String {
    switch address {
    case .v4: "\(address):\(port)"
    case .v6: "[\(address)]:\(port)"
    }
  }
}
