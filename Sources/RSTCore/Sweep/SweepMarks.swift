import RSTWire

/// What answers of one role showed, summed up in a fixed size: the SYNs to one port, or those to the
/// control ports of its host.
struct SweepMarks: Hashable, Sendable {
  /// Resets that carry the DSCP of their probe.
  private(set) var copied = 0
  /// Resets with DSCP 0.
  private(set) var cleared = 0
  /// Resets with another DSCP: the path changes it.
  private(set) var rewritten = 0
  /// SYN-ACKs.
  private(set) var accepted = 0
  /// The hop limits of resets on arrival.
  private(set) var hopLimits: ClosedRange<UInt8>?
  /// Whether all resets look like netfilter's.
  private(set) var looksLikeNetfilter = true
  /// The first ICMP refusal, and who sent it.
  private(set) var refusal: (says: ICMPRefusal, sender: IPAddress)? {
    get { says.flatMap { says in sender.map { (says, $0) } } }
    set {
      says = newValue?.says
      sender = newValue?.sender
    }
  }
  private var says: ICMPRefusal?
  private var sender: IPAddress?

  /// How many resets there were.
  var resets: Int { copied + cleared + rewritten }

  /// Whether anything came back from the host itself, as far as can be told.
  var isAnsweredByTCP: Bool { resets + accepted > 0 }

  /// The distance that the resets suggest; nil where there is none or they differ.
  var distance: Int? {
    guard let hopLimits, hopLimits.lowerBound == hopLimits.upperBound else { return nil }
    return Distance.suggested(by: hopLimits.lowerBound)
  }

  /// Takes an answer to a probe that was sent with this DSCP.
  mutating func take(_ answer: SweepAnswer, to trafficClass: UInt8) {
    switch answer.kind {
    case .synAck:
      accepted += 1
    case .reset:
      // The two ECN bits are nobody's copy.
      switch answer.trafficClass & 0xfc {
      case trafficClass: copied += 1
      case 0: cleared += 1
      default: rewritten += 1
      }
      let low = min(hopLimits?.lowerBound ?? .max, answer.hopLimit)
      hopLimits = low...max(hopLimits?.upperBound ?? 0, answer.hopLimit)
      looksLikeNetfilter = looksLikeNetfilter && answer.looksLikeNetfilter
    case .refusal(let says):
      if refusal == nil { refusal = (says, answer.sender) }
    case .timeExceeded:
      break
    }
  }
}
