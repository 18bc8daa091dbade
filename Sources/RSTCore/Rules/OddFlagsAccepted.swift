import RSTWire

extension FindingCode {
  /// The host accepts a SYN with flags that no client sends.
  public static let oddFlagsAccepted = Self(rawValue: "odd-flags-accepted")
}

/// A SYN with FIN or RST draws a SYN ACK.
///
/// RFC 9293, section 3.10.7.2.
struct OddFlagsAccepted: Rule {
  let code = FindingCode.oddFlagsAccepted

  func claim(_ seen: Observations) -> Claim? {
    // A SYN proxy answers for the host: its window is 0.
    let accepted = seen.target("syn-fin", "syn-rst").compactMap(\.synAck).filter {
      $0.record.packet.tcp?.window != 0
    }
    guard let first = accepted.first else { return nil }
    var claim = Claim(
      code, responder: .host,
      explanation: "The host accepts a SYN with FIN or RST, which no client sends: filters that "
        + "look at SYN alone can be passed.",
      nextStep: "If a stateless filter protects the host, make it match SYN with any other flag.")
    claim.add(
      "odd-syn-accepted", 4, "a SYN with FIN or RST drew a SYN ACK", [first],
      source: "RFC 9293, section 3.10.7.2")
    return claim
  }
}
