extension FindingCode {
  /// The machine that rstprobe runs on changes its probes or keeps them back.
  public static let ownHostChangesProbes = Self(rawValue: "own-host-changes-probes")
}

/// This machine's own packet filter, connection tracking, address translation or proxy stands between
/// rstprobe and the network.
struct OwnHostChangesProbes: Rule {
  let code = FindingCode.ownHostChangesProbes

  func claim(_ seen: Observations) -> Claim? {
    guard let own = OwnHost(seen), let first = own.signs.first else { return nil }
    var claim = Claim(
      code, responder: .none,
      explanation: own.hidesPort
        ? "This machine itself keeps the probes from the port, so nobody else can be blamed."
        : own.resetsConnections
          ? "This machine itself resets the connections that rstprobe opens: what follows a handshake "
            + "is not the target's doing."
          : "This machine itself changes some of the probes; what is said here takes that into account.",
      nextStep: first.nextStep)
    claim.evidence = own.signs.map(\.evidence)
    claim.details = [Detail("changes", .words(own.signs.flatMap(\.changes)))]
    return claim
  }
}
