import RSTWire

extension FindingCode {
  /// Packets vanish after the trigger, and not after the control.
  public static let blackholedAfterTrigger = Self(rawValue: "blackholed-after-trigger")
}

/// The trigger is never acknowledged, however often it is sent, and no reset says why, while as many
/// harmless octets are acknowledged at once: somebody drops it, alone or with all that follows.
///
/// INJECTORS, sections 2.1 (the stages without a reset) and 4.1.
struct BlackholedAfterTrigger: Rule {
  let code = FindingCode.blackholedAfterTrigger

  func claim(_ seen: Observations) -> Claim? {
    guard let interference = Interference(seen), seen.sessions?.hasMissedPackets == false else {
      return nil
    }
    let readings = interference.readings.filter { $0.isBlackholedOnly && !$0.isObscured }
    guard let reading = readings.first else { return nil }
    let sends = reading.whole.reduce(0) { $0 + $1.seen.sends }
    let isFlow = reading.whole.allSatisfy { $0.seen.liveness == .unknown }
    var claim = Claim(
      code, responder: .none, phase: .data,
      explanation: isFlow
        ? "Once this content was sent nothing of the connection gets through any more; with other "
          + "content it does."
        : "This content never reaches the host, while the connection that carries it stands.",
      nextStep:
        "Look for content filtering or intrusion prevention that drops, at the hops named here; "
        + "compare with a capture at the host.")
    let surprise = -Double.logarithm(interference.chanceOfSilence(sends))
    claim.add(
      "never-acknowledged", min(surprise - 6, 6),
      "the trigger was sent \(sends) times on \(reading.whole.count) connections and never "
        + "acknowledged", packets: reading.whole.flatMap { $0.content.prefix(2).map(\.index) },
      source: "RFC 9293, section 3.8.1; the loss measured in this run")
    let taken = reading.speaking.filter(\.seen.isTaken)
    claim.add(
      "control-is-taken", min(Double(taken.count), 2),
      "\(taken.count) harmless ones were acknowledged",
      packets: taken.flatMap { $0.content.prefix(1).map(\.index) },
      source: "INJECTORS, section 6.1: the control experiment decides")
    let refusals = reading.whole.flatMap(\.refused)
    if let first = refusals.first {
      claim.add(
        "refused-by-icmp", 1, "\(first.packet.network.source) refuses it by an ICMP error",
        packets: refusals.prefix(2).map(\.index), source: "RFC 792; RFC 4443, section 3.1")
    }
    if let place = reading.dropPlace {
      claim.hopRange = place.hops
      claim.add(
        "place", 1, place.detail, packets: place.packets,
        source: "Sundara Raman et al., CoNEXT 2022")
    }
    let names = readings.compactMap { (seen.sessions?.triggers ?? []).name($0.number) }
    claim.details = [
      Detail("trigger", .word(names.joined(separator: ", "))),
      Detail("vanishes", .word(isFlow ? "connection" : "trigger")),
    ]
    claim.occurrences = .init(count: reading.whole.count, total: reading.whole.count)
    return claim
  }
}
