extension FindingCode {
  /// Idle connections are forgotten, and what is sent on them vanishes.
  public static let idleSilentDrop = Self(rawValue: "idle-silent-drop")
}

/// Connections that were left alone answer nothing any more, while other connections do: something
/// stateful on the way, or on the host, has forgotten them and drops what it does not know.
///
/// RFC 5382, section 5; net/netfilter/nf_conntrack_proto_tcp.c.
struct IdleSilentDrop: Rule {
  let code = FindingCode.idleSilentDrop

  func claim(_ seen: Observations) -> Claim? {
    guard let idle = IdleEvidence(seen), idle.reading.result == .silentDrop,
      let first = idle.reading.decisive.first
    else { return nil }
    let reading = idle.reading
    var claim = Claim(
      code, responder: .none, phase: .idle,
      explanation: "Something stateful, on the way or on the host, forgets idle connections "
        + "\(idle.interval), and drops what comes for them. Neither side learns of it: a request "
        + "hangs until its own timeout.",
      nextStep: idle.remedy)
    claim.details = idle.details()
    claim.add(
      "no-answer", 2,
      "after \(IdleEvidence.words(first.held)) of quiet none of \(first.questions) questions was "
        + "answered, and none after another connection was answered meanwhile",
      packets: reading.decisive.prefix(3).flatMap { idle.packets(of: $0) },
      source: "RFC 9293, section 3.8.4: whoever stands acknowledges, whoever forgot resets")
    idle.weighThreshold(&claim)
    // A service that closes answers late segments all the same: only another silence explains this one.
    idle.weighControl(&claim, lived: 2) { $0 == .silent ? -8 : 0 }
    return claim
  }
}
