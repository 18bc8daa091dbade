import RSTWire

extension FindingCode {
  /// Something eats odd flags also on a closed port of the host.
  public static let oddFlagsFiltered = Self(rawValue: "odd-flags-filtered")
}

/// FIN, NULL, XMAS or SYN+FIN vanish at a closed port, where a stack must reset them.
///
/// Listeners ignore them (RFC 9293, 3.10.7.2), so only a closed port shows a filter. Some hosts drop
/// SYN+FIN alone, so one kind is not enough.
struct OddFlagsFiltered: Rule {
  let code = FindingCode.oddFlagsFiltered

  func claim(_ seen: Observations) -> Claim? {
    let closed = seen.controls("syn-control").filter { $0.reset != nil }
    let ports = Set(closed.map { $0.attempt.draft.segment?.destinationPort })
    var claim = Claim(
      code, responder: .unknown,
      explanation: "Something drops segments with odd flags before the host's stack sees them.",
      nextStep: "Look for a rule on invalid packets or flag combinations; it harms no real client.")
    var kinds = 0
    for name in ["stray-fin", "null", "xmas", "syn-fin"] {
      let odd = seen.controls(name).filter {
        ports.contains($0.attempt.draft.segment?.destinationPort)
      }
      let weight = seen.weightOfSilence(odd, most: 3)
      guard weight > 0 else { continue }
      kinds += 1
      claim.add(
        "\(name)-silent", weight, "\(odd.count) \(name) probes to a closed port drew nothing",
        packets: odd.flatMap(\.sent), source: "RFC 9293, section 3.10.7.1")
    }
    guard kinds >= 2 else { return nil }
    claim.add(
      "prior", -2, "a SYN to the same port is reset", closed.prefix(1).compactMap(\.reset),
      source: "RFC 9293, section 3.5.2")
    return claim
  }
}
