import RSTWire

extension FindingCode {
  /// A device completes the handshake in the host's name.
  public static let synProxy = Self(rawValue: "syn-proxy")
}

/// The SYN ACK has window 0, as a proxy sends it until it knows the server's.
///
/// net/netfilter/nf_synproxy_core.c. A stack that accepts offers a window (RFC 9293, 3.8.6).
struct SYNProxy: Rule {
  let code = FindingCode.synProxy

  func claim(_ seen: Observations) -> Claim? {
    let accepted = seen.allSYNs.compactMap(\.synAck)
    let empty = accepted.filter { $0.record.packet.tcp?.window == 0 }
    guard let first = empty.first else { return nil }
    let host = HostReference(seen, ResetTraits(seen))
    let comparison = host.compare(Set(accepted.map(\.distance)))
    let responder: Responder =
      switch comparison {
      case .nearer: .networkDevice
      case .same: .hostFirewall
      case .farther, .unknown: .unknown
      }
    var claim = Claim(
      code, responder: responder,
      explanation: "Something completes handshakes in the host's name, whether anybody listens "
        + "there or not.",
      nextStep: "Do not trust `open` here: send what the service should answer, and see if it does."
    )
    claim.add(
      "zero-window", empty.count == accepted.count ? 4 : 1,
      "\(empty.count) of \(accepted.count) SYN ACKs have window 0", Array(empty.prefix(3)),
      source: "net/netfilter/nf_synproxy_core.c; RFC 9293, section 3.8.6")
    if comparison == .nearer {
      claim.add(
        "nearer-than-host", 2, "the SYN ACK comes from nearer than the host's other answers",
        [first] + host.replies.prefix(1), source: "RFC 791, section 3.2")
      claim.hopRange = first.distance...first.distance
    }
    let updates = seen.target("syn").flatMap(\.afterHandshake).filter {
      $0.kind == .segment && ($0.record.packet.tcp?.window ?? 0) > 0
    }
    if let update = updates.first {
      claim.add(
        "window-opens", 1, "the window opens after our acknowledgement", [update],
        source: "net/netfilter/nf_synproxy_core.c")
    }
    claim.add("prior", -2, "few stacks are proxied", source: "prior")
    return claim
  }
}
