import RSTWire

extension FindingCode {
  /// The acknowledgement of an old segment in TIME-WAIT drew a reset.
  public static let timeWaitAckReset = Self(rawValue: "time-wait-ack-reset")
}

/// A SYN meets TIME-WAIT, and is refused by a reset.
///
/// RFC 9293, section 3.6.1.
struct TimeWaitRefusal: CauseRule {
  let code = FindingCode.timeWaitResets

  func claim(_ seen: ResetCase) -> Claim? {
    guard let syn = seen.refusedSYN, let age = seen.timeWait(before: syn) else { return nil }
    var claim = Claim(
      code, responder: .host,
      explanation:
        "An earlier connection of the same ports ended \(age.rounded) before, and the server still "
        + "held it in TIME-WAIT when the client reused the port: the new SYN was refused.",
      nextStep:
        "Let the client use other source ports, or wait; look for NAT that reuses ports soon.")
    claim.add(
      "same-ports-again", 4.5, "the same endpoints had a connection until \(age.rounded) before",
      frames: [syn, seen.segment], source: "RFC 9293, section 3.6.1")
    return claim
  }
}

/// TIME-WAIT acknowledges a segment that it takes for an old one, as it must, and the other side, which
/// knows that connection no more, resets the acknowledgement.
///
/// RFC 9293, section 3.10.7.4; RFC 1337, section 2.
struct TimeWaitAcknowledgement: CauseRule {
  let code = FindingCode.timeWaitAckReset

  func claim(_ seen: ResetCase) -> Claim? {
    guard let asked = seen.reset.answered, asked.isPureAcknowledgement else { return nil }
    return ofSYN(seen, asked) ?? ofOldSegment(seen, asked)
  }

  /// A SYN that does not count as new: its number is not beyond the old connection's.
  private func ofSYN(_ seen: ResetCase, _ asked: LoggedSegment) -> Claim? {
    guard seen.side == .client, !seen.isEstablished, let syn = seen.client.opening, syn.isSYN,
      asked.acknowledgement != syn.end, let age = seen.timeWait(before: syn)
    else { return nil }
    var claim = Claim(
      code, responder: .host,
      explanation:
        "The client reuses the ports of a connection that ended \(age.rounded) before and that the "
        + "server still holds in TIME-WAIT. The SYN counts as an old segment there and is acknowledged "
        + "as such; the client's host resets that, which also ends TIME-WAIT. Connecting takes longer, "
        + "since the SYN has to be repeated.",
      nextStep:
        "Let the client use other source ports, or timestamps; look for NAT that reuses ports soon."
    )
    claim.add(
      "same-ports-again", 5.5, "the same endpoints had a connection until \(age.rounded) before",
      frames: [syn, asked, seen.segment], source: "RFC 9293, section 3.10.7.4")
    return claim
  }

  private func ofOldSegment(_ seen: ResetCase, _ asked: LoggedSegment) -> Claim? {
    guard let fin = seen.receiver.fin, let other = seen.sender.fin, asked.moment > fin.moment
    else { return nil }
    var claim = Claim(
      code, responder: .host, phase: .close,
      explanation:
        "An old segment came to a side that waited in TIME-WAIT; that side acknowledged it, as it must, "
        + "and the other, which had forgotten the connection, reset the acknowledgement. Harmless.",
      nextStep:
        "Nothing to mend: a late duplicate. RFC 1337 says how TIME-WAIT may end early by it.")
    let old = seen.reset.preceding.last { earlier in
      earlier.side == seen.side && earlier.moment < asked.moment && earlier.sequenceLength > 0
        && earlier.moment > fin.moment && !earlier.flags.contains(.fin)
    }
    if let old {
      claim.add(
        "acknowledges-what-is-old", 4.5,
        "an old segment, its acknowledgement, and the reset of that",
        frames: [old, asked, seen.segment], source: "RFC 1337, section 2")
      return claim
    }
    // The duplicate may have come in behind this capture: the acknowledgement is seen all the same.
    guard fin.moment <= other.moment,
      let earlier = seen.reset.preceding.last(where: {
        $0.side == asked.side && $0.isPureAcknowledgement && $0.moment < asked.moment
          && $0.sequence == asked.sequence && $0.acknowledgement == asked.acknowledgement
          && $0.acknowledgement.distance(from: other.end) >= 0
      })
    else { return nil }
    claim.add(
      "acknowledges-again", 4,
      "the side that closed first acknowledges the other's FIN once more, with nothing asked here",
      frames: [fin, other, earlier, asked, seen.segment], source: "RFC 9293, section 3.10.7.4")
    return claim
  }
}

extension ResetCase {
  /// How long before a SYN an earlier connection of the same endpoints had ended, where that is short
  /// enough for TIME-WAIT: RFC 9293, section 3.4.2, twice two minutes.
  fileprivate func timeWait(before syn: LoggedSegment) -> Duration? {
    guard let ended = connection.predecessor?.closed, syn.moment - ended < .seconds(240) else {
      return nil
    }
    return syn.moment - ended
  }
}
