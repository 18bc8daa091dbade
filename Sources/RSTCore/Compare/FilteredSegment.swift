/// What belongs to no connection is reset between two captures, where connections are refused too: a
/// filter's doing.
struct FilteredSegment: CauseRule {
  let code = FindingCode.networkFirewallReset

  func claim(_ seen: ResetCase) -> Claim? {
    guard case .between(_, let hasPassed, isRefusedThere: true) = seen.origin, hasPassed != true,
      seen.side == .server, seen.sender.segments == 0, seen.refusedSYN == nil
    else { return nil }
    var claim = Claim(
      code, responder: .networkDevice,
      explanation:
        "A device before the host resets whatever goes to this port, connections and what belongs to "
        + "none. The sender sees `connection refused` or `connection reset by peer`.",
      nextStep: "rstprobe HOST:PORT finds the hop of the filter; then look at its rules.")
    claim.add(
      "refuses-all", 2, "connections to the same port are refused between the two as well",
      frames: [seen.reset.provocation, seen.segment], source: "the comparison of two captures")
    return claim
  }
}
