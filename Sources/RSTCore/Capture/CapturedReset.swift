import RSTWire

/// A reset of a connection, what was known before it, and what came behind it.
public struct CapturedReset: Hashable, Sendable {
  /// The reset.
  public var segment: LoggedSegment
  /// Frames that show the same reset once more: the first of them.
  public internal(set) var copies: [Int] = []
  /// What the sender's side had sent before.
  public var sender: SideRecord
  /// What the other side had sent before.
  public var receiver: SideRecord
  /// The last segments before it, oldest first, earlier resets among them.
  public var preceding: [LoggedSegment]
  /// What it says in text, where it carries any; untrusted.
  public var text: String?
  /// The first segments behind it, later resets among them.
  public internal(set) var following: [LoggedSegment] = []

  /// How many segments are kept behind a reset.
  static let mostFollowing = 12
  /// How many copies are named.
  static let mostCopies = 64

  /// In whose name it was sent.
  public var side: Side { segment.side }

  /// The last segment of the other side before it, which it may answer.
  public var provocation: LoggedSegment? {
    preceding.last { $0.side != side && !$0.isReset }
  }

  /// From the last segment of either side to the reset; nil where it came first.
  public var silence: Duration? { preceding.last.map { segment.moment - $0.moment } }

  /// Whether it answers the other side's last segment as a stack does that knows no connection, or
  /// does not want that one: its number is what that segment acknowledged, or it has none and
  /// acknowledges all of that segment.
  ///
  /// RFC 9293, section 3.10.7.1.
  public func answers(_ asked: LoggedSegment) -> Bool {
    if asked.flags.contains(.acknowledgement) {
      return segment.sequence == asked.acknowledgement
        && !segment.flags.contains(.acknowledgement)
    }
    return hasShapeOfRefusal && segment.acknowledgement == asked.end
  }

  /// Whether it has no number of its own and acknowledges, as what refuses a SYN: whichever SYN that is.
  ///
  /// RFC 9293, section 3.10.7.1.
  var hasShapeOfRefusal: Bool {
    segment.flags.contains(.acknowledgement) && segment.sequence.rawValue == 0
  }

  /// Which of the other side's segments it answers so: the latest.
  public var answered: LoggedSegment? {
    preceding.last { $0.side != side && !$0.isReset && answers($0) }
  }

  /// Whether it shows that the socket itself made it: it goes on where its sender had stopped,
  /// acknowledges, and carries the timestamps that were agreed on, a window, or the next identification.
  ///
  /// net/ipv4/tcp_output.c, tcp_send_active_reset.
  public var isOfSocket: Bool {
    segment.flags.contains(.acknowledgement) && continuesSender
      && ((sender.usesTimestamps ? segment.timestamps != nil : segment.window != 0)
        || countsOn)
  }

  /// Whether its identification is one of the next behind its sender's last: Linux counts those of each
  /// socket, include/net/ip.h, ip_select_ident_segs.
  private var countsOn: Bool {
    guard let last = sender.last?.identification, let own = segment.identification, own != 0 else {
      return false
    }
    return (1...3).contains(own &- last)
  }

  /// Whether it comes from the connection itself: it goes on where its sender had stopped.
  public var continuesSender: Bool {
    sender.next.map { segment.sequence == $0 } ?? false
  }
}
