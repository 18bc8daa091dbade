import RSTWire

extension FindingCode {
  /// A client whose SYN ACK was lost resets the host's acknowledgement.
  public static let lostSYNACKReset = Self(rawValue: "lost-synack-reset")
}

/// The client, still waiting for a SYN ACK, gets an acknowledgement that makes no sense to it, and
/// resets that: an earlier SYN ACK was lost, or an old connection stands at the server.
///
/// RFC 9293, sections 3.5.1 and 3.10.7.3.
struct LostSYNACK: CauseRule {
  let code = FindingCode.lostSYNACKReset

  func claim(_ seen: ResetCase) -> Claim? {
    guard seen.side == .client, seen.client.octets == 0, seen.client.fin == nil,
      let syn = seen.client.opening, syn.isSYN, let asked = seen.reset.answered,
      asked.isPureAcknowledgement
    else { return nil }
    var claim = Claim(
      code, responder: .host, phase: .handshake,
      explanation:
        "The server answers the client's SYN with a plain acknowledgement, as for a connection that it "
        + "has already: the client's host resets it. Either a SYN ACK was lost and a later SYN differed, "
        + "or the server still holds an old connection of the same ports.",
      nextStep:
        "Capture at the server too: did it send a SYN ACK? Look for reused source ports and NAT.")
    claim.add(
      "resets-an-acknowledgement", 2.2, "the client resets an acknowledgement, and no SYN ACK",
      frames: [syn, asked, seen.segment], source: "RFC 9293, section 3.10.7.3")
    // The latest SYN is what the client still waits for; the first one is what the server has taken.
    let latest = seen.reset.preceding.last { $0.side == .client && $0.isSYN } ?? syn
    if asked.acknowledgement != latest.end {
      let isForFirst = asked.acknowledgement == syn.end
      claim.add(
        "does-not-fit-the-syn", isForFirst ? 3 : 1.5,
        isForFirst
          ? "the acknowledgement is for an earlier SYN of the client"
          : "the acknowledgement is not for this SYN", frames: [syn, latest, asked],
        source: "RFC 9293, section 3.5.1")
    }
    if seen.connection.predecessor?.closed != nil {
      claim.add(
        "had-closed-before", -2, "a connection of the same ports had been closed in order before",
        frames: [syn], source: "RFC 9293, section 3.6.1")
    }
    return claim
  }
}
