extension FindingCode {
  /// What a second, different SYN gets before the handshake ends.
  public static let synReceivedSecondSYN = Self(rawValue: "syn-received-second-syn")
}

/// A SYN ACK is lost, the client starts again with another number, and the target says something.
///
/// RFC 9293, section 3.10.7.4: outside the window an ACK, inside back to LISTEN; figure 8 shows how
/// the half-open connection goes. net/ipv4/tcp_minisocks.c, tcp_check_req.
struct SecondSYN: Rule {
  let code = FindingCode.synReceivedSecondSYN

  func claim(_ seen: Observations) -> Claim? {
    guard let sessions = Sessions(seen), !sessions.results.hasMissedPackets else { return nil }
    var claim = Claim(
      code, responder: .host,
      explanation: "This is what a client gets whose SYN ACK was lost and that starts again on the "
        + "same port.",
      nextStep: "Nothing to do, unless clients reuse ports quickly behind an address translator.")
    let questions: [(HalfOpenQuestion, key: String)] = [
      (.secondSYNInWindow, "in_window"), (.secondSYNBeyond, "out_of_window"),
    ]
    for (question, key) in questions {
      guard let entry = sessions.halfOpen[question], let reaction = entry.reaction,
        let word = Self.word(reaction)
      else { continue }
      // Somebody else's answer is not the target's.
      guard !entry.observations.compactMap(\.answer).contains(where: sessions.isForeign) else {
        continue
      }
      claim.details.append(Detail(key, .word(word)))
      if question == .secondSYNBeyond, reaction == .challengeACK, entry.liveness != .unknown {
        let end = entry.liveness == .gone ? "gone" : "stands"
        claim.details.append(Detail("after_reset_of_challenge", .word(end)))
      }
      claim.add(
        question.rawValue, 4, "\(question.summary): \(word)",
        packets: entry.observations.flatMap(\.packets), source: "RFC 9293, section 3.10.7.4")
    }
    return claim.details.isEmpty ? nil : claim
  }

  private static func word(_ reaction: HalfOpenObservation.Reaction) -> String? {
    switch reaction {
    case .challengeACK: "challenge-ack"
    case .reset: "reset"
    case .restart: "restart"
    case .ignored: "ignored"
    // The first SYN ACK once more acknowledges the first SYN, as a challenge does.
    case .repeated: "challenge-ack"
    }
  }
}
