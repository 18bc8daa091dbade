extension FindingCode {
  /// The peer gives up after unanswered retransmissions.
  public static let retransmissionLimit = Self(rawValue: "retransmission-limit")
}

/// What is left without an acknowledgement is repeated for a while, and then the peer gives up: with
/// a reset, or without a word.
///
/// RFC 9293, section 3.8.3; RFC 1122, section 4.2.3.5: at least 100 s for R2.
/// net/ipv4/tcp_timer.c, tcp_write_timeout: Linux ends without a word (tcp_retries2, and
/// tcp_orphan_retries where the application has closed).
struct RetransmissionLimit: Rule {
  let code = FindingCode.retransmissionLimit

  func claim(_ seen: Observations) -> Claim? {
    guard let results = seen.sessions else { return nil }
    let readings = [RetransmissionObservation.Subject.data, .fin].compactMap {
      RetransmissionReading($0, results)
    }.filter { $0.end != nil }
    guard let first = readings.first else { return nil }
    let isReset = first.end == .reset
    var claim = Claim(
      code, responder: .host, phase: first.subject == .fin ? .close : .data,
      explanation: "Where nothing is acknowledged any more the target repeats for "
        + "\(Self.rounded(first.after)) s and then gives up"
        + (isReset
          ? " with a reset." : " without a word: its peer learns of it only when it sends."),
      nextStep: isReset
        ? "Where connections die like this, look for packets that get lost from the target to the "
          + "client."
        : "Let the other side of long connections send keep-alives, so that it notices.")
    for reading in readings { weigh(reading, &claim) }
    describe(first, as: "", &claim)
    claim.details.append(Detail("of", .word(first.subject.rawValue)))
    if readings.count > 1 { describe(readings[1], as: "fin_", &claim) }
    return claim
  }

  private func weigh(_ reading: RetransmissionReading, _ claim: inout Claim) {
    let packets = reading.observations.flatMap(\.packets)
    let subject = reading.subject.rawValue
    guard reading.end == .reset else {
      claim.add(
        "\(subject)-silence", 5,
        "the \(subject) was repeated \(reading.repetitions.count) times, then nothing came for more "
          + "than twice as long as the next one was due, on \(reading.observations.count) "
          + "connections, while the host answered others",
        packets: packets, source: "RFC 9293, section 3.8.3")
      return
    }
    claim.add(
      "\(subject)-reset", 4,
      "the \(subject) was repeated \(reading.repetitions.count) times, then a reset came",
      packets: packets, source: "RFC 1122, section 4.2.3.5")
    // Who repeats gives up when the next repetition would be due; an application at any time.
    let times = [.zero] + reading.repetitions
    let last = times[times.count - 1]
    let gap = times.count > 1 ? last - times[times.count - 2] : .zero
    let wait = reading.after - last
    let isDue = wait > gap * 3 / 4 && wait < gap * 5 / 2
    claim.add(
      isDue ? "reset-when-due" : "reset-out-of-turn", isDue ? 1 : -6,
      "it came \(Self.rounded(wait)) s after the last repetition, which came "
        + "\(Self.rounded(gap)) s after the one before"
        + (isDue ? "" : ": the application may have lost its patience"),
      packets: packets, source: "RFC 6298, section 5.5")
  }

  private func describe(
    _ reading: RetransmissionReading, as prefix: String, _ claim: inout Claim
  ) {
    claim.details += [
      Detail(prefix + "ends_with", .word(reading.end?.rawValue ?? "")),
      Detail(prefix + "repetitions", .number(Double(reading.repetitions.count))),
      Detail(prefix + "after_s", .number(Self.rounded(reading.after))),
    ]
  }

  private static func rounded(_ duration: Duration) -> Double {
    (duration.seconds * 10).rounded() / 10
  }
}
