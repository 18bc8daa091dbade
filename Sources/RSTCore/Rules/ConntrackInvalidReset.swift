import RSTWire

extension FindingCode {
  /// A segment out of order makes a device between tear the connection down.
  public static let conntrackInvalidReset = Self(rawValue: "conntrack-invalid-reset")
}

/// A segment that the host would have ignored or challenged draws a reset, and it is not the host's:
/// the host's connection lives on, or the reset comes from another distance.
///
/// net/netfilter/nf_conntrack_proto_tcp.c, tcp_in_window: what does not fit is INVALID; rules that
/// reject INVALID by reset end connections that a delayed or repeated segment belongs to.
struct ConntrackInvalidReset: Rule {
  let code = FindingCode.conntrackInvalidReset

  func claim(_ seen: Observations) -> Claim? {
    guard let sessions = Sessions(seen), !sessions.results.hasMissedPackets else { return nil }
    // Whoever forges resets for SYNs that the host accepts does so here too, and tracks nothing.
    let forged = Set(
      InjectedReset.exchanges(seen).compactMap { $0.replies.first(where: \.isReset)?.distance })
    let entries = sessions.matrix.entries.filter { entry in
      let resets = entry.observations.flatMap(\.resets)
      return (entry.outcome == .deviceReset || resets.contains(where: sessions.isForeign))
        && !resets.allSatisfy { forged.contains(sessions.distance($0)) }
    }
    let resets = entries.flatMap(\.observations).flatMap(\.resets)
    guard let first = resets.first else { return nil }
    let isForeign = resets.contains(where: sessions.isForeign)
    // A host that missed our last ACK of the handshake resets too: one kind of segment is not enough
    // where the hop limit is the host's.
    guard isForeign || entries.count >= 2 else { return nil }
    var claim = Claim(
      code, responder: isForeign ? .networkDevice : .unknown, phase: .data,
      explanation: "Something between resets the connection for a segment that its tracking calls "
        + "invalid, while the host still has the connection: a delayed or repeated segment is enough.",
      nextStep:
        "Look at rules for invalid segments on the devices between (ct state invalid reject): "
        + "drop them instead, or let them pass (nf_conntrack_tcp_be_liberal).")
    claim.details = [Detail("segments", .words(entries.map(\.cell.rawValue)))]
    let living = entries.filter { $0.outcome == .deviceReset }
    if !living.isEmpty {
      claim.add(
        "connection-lives", 4,
        "\(living.count) of the segments drew a reset, and an old octet was still acknowledged",
        packets: living.flatMap { $0.observations.prefix(1) }.flatMap(\.evidence),
        source: "RFC 9293, section 3.10.7.4: who resets a connection forgets it")
    }
    if isForeign {
      let distance = sessions.distance(first)
      claim.hopRange = distance...distance
      claim.add(
        "other-hop-limit", 4, "the resets come from distance \(distance), not the host's",
        packets: Array(resets.prefix(4)), source: "RFC 791, section 3.2")
    }
    return claim
  }
}
