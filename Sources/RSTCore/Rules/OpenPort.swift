import RSTWire

extension FindingCode {
  /// A handshake completes.
  public static let openPort = Self(rawValue: "open-port")
}

/// A SYN ACK that acknowledges our SYN, and a handshake that stands.
///
/// RFC 9293, section 3.5.
struct OpenPort: Rule {
  let code = FindingCode.openPort

  func claim(_ seen: Observations) -> Claim? {
    let accepted = seen.allSYNs.compactMap(\.synAck)
    guard let first = accepted.first else { return nil }
    let responder = maker(of: accepted, seen)
    var claim = Claim(
      code, port: .open, responder: responder,
      explanation: responder == .host
        ? "The target answers SYN with SYN ACK and completes the handshake."
        : "Something completes the handshake in the host's name, as ladder or hop limit show.",
      nextStep: responder == .host
        ? "If the application still fails, look above TCP: the port takes connections."
        : "Do not trust `open` here: send what the service should answer, and see if it does.")
    if responder == .networkDevice { claim.hopRange = seen.acceptedLadder.begins }
    claim.add(
      "syn-ack", 6, "SYN ACK acknowledges our SYN, hop limit \(first.hopLimit)", [first],
      source: "RFC 9293, section 3.10.7.3")
    let answered = seen.allSYNs.filter { !$0.replies.isEmpty || $0.isSilent }
    let forged = seen.allSYNs.filter { InjectedReset.isForgedAcceptance($0, seen) }
    if !forged.isEmpty {
      claim.add(
        "host-refuses-beside", -8, "a reset with the host's own distance comes beside the SYN ACK",
        forged.flatMap(\.replies), source: "RFC 9293, section 3.10.7")
    }
    claim.occurrences = .init(
      count: answered.count { $0.synAck != nil }, total: answered.count)
    let handshakes = seen.handshakes.filter { $0.synAck != nil }
    let resetAfter = handshakes.compactMap { $0.afterHandshake.first(where: \.isReset) }
    if AcceptQueueOverflow.isOverflow(seen), InjectedReset.exchanges(seen).isEmpty {
      claim.add(
        "handshake-reset", -4, "the last acknowledgement of the handshake drew a reset",
        resetAfter, source: "RFC 9293, section 3.10.7.4")
    } else if let answer = handshakes.lazy.compactMap(\.acknowledgedGoodbye).first {
      claim.add(
        "handshake-stands", 2, "the target acknowledges our FIN: the connection was real", [answer],
        source: "RFC 9293, section 3.10.7.4")
    } else if AcceptQueueOverflow.isUnclear(seen) {
      claim.add(
        "handshake-reset-late", -5, "our FIN drew a reset: nobody may have taken the connection",
        resetAfter, source: "RFC 9293, section 3.10.7.4")
    } else if handshakes.isEmpty {
      claim.add(
        "no-handshake", -5,
        "no handshake was completed: SYNs drew SYN ACKs, and later ones nothing",
        packets: seen.handshakes.flatMap(\.sent), source: "RFC 9293, section 3.5")
    } else {
      // A run that ended before a reset could come knows less than one that waited for it.
      let hasWaited = handshakes.contains { seen.hasWaited(after: $0) }
      claim.add(
        "handshake-unconfirmed", hasWaited ? -1.5 : -5, "nothing confirms that the handshake stood",
        packets: handshakes.flatMap(\.sent), source: "RFC 9293, section 3.5")
    }
    return claim
  }

  /// Who accepts: the host, or a proxy where SYN ACKs come from clearly nearer than the host's own
  /// answers; unknown where ladder and hop limit disagree.
  private func maker(of accepted: [Reply], _ seen: Observations) -> Responder {
    let host = HostReference(stack: ResetTraits(seen).controls, seen)
    let distances = Set(accepted.map(\.distance))
    let ladder = seen.acceptedLadder
    // A machine of its own behind address translation and a proxy look alike, unless what resets
    // stray segments there is clearly no stack.
    let stray = Marks(seen.target("stray-ack", "ladder-ack"))
    let isClear = !stray.isEmpty && stray.copied.isEmpty && stray.ownLabel.isEmpty
    // No host behind a router is reached by a SYN with hop limit 1, but for that router itself.
    let isAtGateway =
      ladder.firstAnswer == 1 && seen.nextHop != nil && seen.nextHop != seen.target.address
    if isAtGateway, distances == [1] {
      return host.compare(distances) == .nearer && isClear ? .networkDevice : .unknown
    }
    if let hostBegins = host.ladder, ladder.isExact, let first = ladder.firstAnswer {
      guard first < hostBegins else { return .host }
      return host.compare(distances) != .same && isClear ? .networkDevice : .unknown
    }
    if isAtGateway, host.distances.isEmpty { return .unknown }
    guard host.compare(distances) == .nearer, !host.isEchoAlone || host.gap(to: distances) >= 2
    else { return .host }
    return isClear ? .networkDevice : .unknown
  }
}

extension Observations {
  /// Whether the run went on for a round trip and a half after our acknowledgement of a SYN ACK.
  fileprivate func hasWaited(after exchange: Exchange) -> Bool {
    guard let synAck = exchange.synAck, let last = packets.last,
      let acknowledgement = exchange.sent.lazy.map({ packets[$0] })
        .first(where: { $0.moment > synAck.record.moment })
    else { return false }
    return last.moment - acknowledgement.moment > synAck.delay * 3 / 2
  }
}

extension Exchange {
  /// The segment that acknowledges our FIN, after a completed handshake.
  var acknowledgedGoodbye: Reply? {
    guard let first = attempt.draft.segment?.sequence else { return nil }
    return afterHandshake.first {
      guard $0.kind == .segment, let header = $0.record.packet.tcp else { return false }
      return header.acknowledgement.distance(from: first) >= 2
    }
  }
}

extension Reply {
  /// Whether it is a reset of any kind.
  var isReset: Bool { kind == .reset || kind == .unacceptableReset }
}
