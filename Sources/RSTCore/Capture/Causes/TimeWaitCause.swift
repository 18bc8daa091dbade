import RSTWire

extension FindingCode {
  /// The acknowledgement of an old segment in TIME-WAIT drew a reset.
  public static let timeWaitAckReset = Self(rawValue: "time-wait-ack-reset")
}

/// Something of an earlier connection between the same endpoints is in the way: a SYN meets
/// TIME-WAIT, or an old segment is acknowledged from there, and that acknowledgement is reset.
///
/// RFC 9293, section 3.6.1; RFC 1337.
struct TimeWaitCause: CauseRule {
  let code: FindingCode

  func claim(_ seen: ResetCase) -> Claim? {
    code == .timeWaitResets ? clash(seen) : acknowledged(seen)
  }

  private func clash(_ seen: ResetCase) -> Claim? {
    guard let syn = seen.refusedSYN ?? seen.resetByClient,
      let ended = seen.connection.predecessorEnded,
      syn.moment - ended < .seconds(240)
    else { return nil }
    let age = syn.moment - ended
    var claim = Claim(
      code, responder: .host,
      explanation:
        "An earlier connection of the same ports ended \(age.rounded) before, and the server still "
        + "held it in TIME-WAIT when the client reused the port: the new SYN was not taken.",
      nextStep:
        "Let the client use other source ports, or wait; look for NAT that reuses ports soon.")
    claim.add(
      "same-ports-again", 4.5, "the same endpoints had a connection until \(age.rounded) before",
      frames: [syn, seen.segment], source: "RFC 9293, section 3.6.1")
    return claim
  }

  private func acknowledged(_ seen: ResetCase) -> Claim? {
    guard let asked = seen.reset.answered, asked.isPureAcknowledgement,
      let fin = seen.receiver.fin, seen.sender.fin != nil, asked.moment > fin.moment,
      let old = seen.reset.preceding.last(where: { earlier in
        earlier.side == seen.side && earlier.moment < asked.moment && earlier.sequenceLength > 0
          && earlier.moment > fin.moment && !earlier.flags.contains(.fin)
      })
    else { return nil }
    var claim = Claim(
      code, responder: .host, phase: .close,
      explanation:
        "An old segment came to a side that waited in TIME-WAIT; that side acknowledged it, as it must, "
        + "and the other, which had forgotten the connection, reset the acknowledgement. Harmless.",
      nextStep:
        "Nothing to mend: a late duplicate. RFC 1337 says how TIME-WAIT may end early by it.")
    claim.add(
      "acknowledges-what-is-old", 4.5, "an old segment, its acknowledgement, and the reset of that",
      frames: [old, asked, seen.segment], source: "RFC 1337, section 2")
    return claim
  }
}

extension ResetCase {
  /// The client's SYN where the client itself resets what TIME-WAIT answered: an acknowledgement.
  fileprivate var resetByClient: LoggedSegment? {
    guard side == .client, !isEstablished, let syn = client.opening,
      let asked = reset.answered, asked.isPureAcknowledgement
    else { return nil }
    return syn
  }
}
