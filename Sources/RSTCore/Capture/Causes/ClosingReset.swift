import RSTWire

/// A reset of a side that has sent its FIN: for data that nobody reads any more, or to skip TIME-WAIT.
///
/// RFC 1122, section 4.2.2.13; RFC 9293, section 3.10.7.1.
struct ClosingReset: CauseRule {
  let code: FindingCode

  func claim(_ seen: ResetCase) -> Claim? {
    guard let fin = seen.sender.fin else { return nil }
    let data = Self.data(behind: fin, before: seen.reset)
    // Much may be under way: what it answers acknowledges the FIN, or what came before that.
    let isNumbered = [fin.sequence, fin.end].contains(seen.segment.sequence)
    // Of many resets in a row the later ones stand too far behind the data that they answer.
    let former = seen.earlier.last {
      $0.side == seen.side && Self.data(behind: fin, before: $0) != nil
    }?.segment
    let isOneMore = former != nil && isNumbered && !seen.segment.flags.contains(.acknowledgement)
    if code == .dataAfterCloseReset {
      guard let cause = data ?? (isOneMore ? former : nil),
        seen.segment.flags.contains(.acknowledgement) || isNumbered || seen.reset.answers(cause)
      else { return nil }
      return dataAfterClose(seen, fin, cause)
    }
    guard data == nil, !isOneMore else { return nil }
    return afterFIN(seen, fin)
  }

  /// The last data that a side that had closed cannot have read.
  ///
  /// What was under way already when the FIN was sent, as a capture at its sender shows it, is told by
  /// what the FIN acknowledges.
  private static func data(
    behind fin: LoggedSegment, before reset: CapturedReset
  ) -> LoggedSegment? {
    reset.preceding.last {
      $0.side != reset.side && $0.length > 0
        && ($0.moment > fin.moment || $0.end.distance(from: fin.acknowledgement) > 0)
    }
  }

  private func dataAfterClose(_ seen: ResetCase, _ fin: LoggedSegment, _ data: LoggedSegment)
    -> Claim
  {
    var claim = Claim(
      code, responder: seen.maker, phase: .close,
      explanation:
        "The \(seen.side.rawValue) had closed, and data came for it all the same: nobody is there to "
        + "read it. The sender sees `broken pipe` or `connection reset by peer`.",
      nextStep: "See why the other side still sends: did it overlook the end of the stream?")
    claim.add(
      "data-behind-the-fin", 3,
      data.isReset
        ? "one more reset of the kind that data behind its FIN had drawn"
        : "data arrived behind its FIN, and was reset",
      frames: [fin, data, seen.segment], source: "RFC 1122, section 4.2.2.13")
    seen.weighAfterlife(&claim)
    return claim
  }

  private func afterFIN(_ seen: ResetCase, _ fin: LoggedSegment) -> Claim {
    var claim = Claim(
      code, responder: seen.maker, phase: .close,
      explanation:
        "The \(seen.side.rawValue) closes in order and resets then, so that it need not wait in "
        + "TIME-WAIT or for the other side's FIN. Nothing is lost if all data had arrived.",
      nextStep: "Nothing to mend, unless the other side reports an error for it.")
    claim.add(
      "behind-its-own-fin", 2.5, "the reset follows its sender's own FIN",
      frames: [fin, seen.segment], source: "RFC 1122, section 4.2.2.13")
    if seen.receiver.fin != nil {
      claim.add(
        "both-have-closed", 0.8, "both sides had sent their FIN", frames: [seen.receiver.fin],
        source: "RFC 9293, section 3.6")
    }
    if let earlier = seen.earlier.last(where: { $0.side != seen.side }) {
      claim.add(
        "was-reset-before", -2, "the connection had been reset towards it before",
        frames: [earlier.segment], source: "RFC 9293, section 3.10.7.1")
    }
    if seen.isFromElsewhere == true {
      claim.add(
        "distance", -3, "its hop limit is not that of the side's FIN", frames: [fin, seen.segment],
        source: "INJECTORS, section 2.2: hop limits")
    }
    if let asked = seen.reset.answered, asked.isPureAcknowledgement, asked.moment > fin.moment {
      claim.add(
        "answers-an-acknowledgement", -1.5, "it answers an acknowledgement, as who forgot would",
        frames: [asked], source: "RFC 9293, section 3.10.7.1")
    }
    return claim
  }
}
