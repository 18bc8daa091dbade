extension FindingCode {
  /// A SYN that reuses a 4-tuple in TIME-WAIT is accepted.
  public static let timeWaitAccepts = Self(rawValue: "time-wait-accepts")
  /// It is reset.
  public static let timeWaitResets = Self(rawValue: "time-wait-resets")
  /// It draws an acknowledgement of the old connection.
  public static let timeWaitAcknowledges = Self(rawValue: "time-wait-acks")
  /// It is ignored.
  public static let timeWaitIgnores = Self(rawValue: "time-wait-ignores")
}

/// What a client gets that reuses its port soon: a SYN with a higher number and a newer timestamp on
/// a 4-tuple that the target holds in TIME-WAIT, since it closed first.
///
/// RFC 9293, section 3.10.7.4 and MAY-2; RFC 6191; net/ipv4/tcp_minisocks.c,
/// tcp_timewait_state_process.
struct TimeWaitReuse: Rule {
  let reaction: TimeWaitObservation.Reaction
  let code: FindingCode

  /// How far Linux begins above the old connection's SND.NXT: net/ipv4/tcp_minisocks.c.
  private static let linuxStep = 65_537

  init(_ reaction: TimeWaitObservation.Reaction) {
    self.reaction = reaction
    code =
      switch reaction {
      case .accepts: .timeWaitAccepts
      case .resets: .timeWaitResets
      case .acknowledges, .unknown: .timeWaitAcknowledges
      case .ignores: .timeWaitIgnores
      }
  }

  func claim(_ seen: Observations) -> Claim? {
    guard let results = seen.sessions,
      let reuse = observation(.higherNewer, in: results), reuse.reaction == reaction
    else { return nil }
    var claim = Claim(
      code, responder: .host, phase: .close, explanation: explanation,
      nextStep: reaction == .accepts
        ? "Nothing to do."
        : "Where clients or address translators reuse ports within a minute, let the client close "
          + "first, or use more addresses and ports.")
    claim.add(
      reuse.question.rawValue, 5, "\(reuse.question.summary): \(reaction.rawValue)",
      packets: reuse.packets, source: "RFC 9293, section 3.10.7.4; RFC 6191")
    claim.details.append(Detail("higher", .word(reaction.rawValue)))
    let others: [(TimeWaitQuestion, key: String)] = [
      (.lowerOlder, "lower"), (.lowerNewer, "lower_newer"), (.oldSegment, "old_segment"),
    ]
    for (question, key) in others {
      guard let other = observation(question, in: results) else { continue }
      claim.details.append(Detail(key, .word(other.reaction.rawValue)))
      claim.add(
        question.rawValue, 0.5, "\(question.summary): \(other.reaction.rawValue)",
        packets: other.packets, source: "RFC 9293, section 3.10.7.4")
      if let isEnded = other.isEndedByReset {
        // RFC 1337, section 3, fix F1: resets are ignored in TIME-WAIT; tcp_rfc1337 on Linux.
        claim.details.append(Detail("reset_in_time_wait", .word(isEnded ? "ends-it" : "ignored")))
      }
    }
    if let step = reuse.isnStep {
      claim.details.append(Detail("isn_step", .number(Double(step))))
      if step == Self.linuxStep {
        claim.add(
          "isn-continues", 1, "the new connection begins \(step) above the old one, as on Linux",
          packets: reuse.packets, source: "net/ipv4/tcp_minisocks.c, tcp_timewait_state_process")
      }
    }
    return claim
  }

  private var explanation: String {
    let begin = "The target closed first and keeps the connection in TIME-WAIT. "
    switch reaction {
    case .accepts:
      return begin + "A client that uses the same port again is taken all the same."
    case .resets:
      return begin + "A client that uses the same port again is reset."
    case .acknowledges, .unknown:
      return begin + "A client that uses the same port again gets an acknowledgement of the old "
        + "connection, resets it, and tries again."
    case .ignores:
      return begin + "A client that uses the same port again gets no answer until that is over."
    }
  }

  /// What is known of a question, where the target was in TIME-WAIT and answered itself.
  private func observation(
    _ question: TimeWaitQuestion, in results: SessionResults
  ) -> TimeWaitObservation? {
    results.timeWaits.first {
      $0.question == question && !$0.isOursFirst && !$0.isForeign && $0.reaction != .unknown
    }
  }
}
