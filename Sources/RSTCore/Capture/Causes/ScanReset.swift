import RSTWire

extension FindingCode {
  /// A client opens half a connection and resets it.
  public static let synScan = Self(rawValue: "syn-scan")
  /// A client completes a handshake and ends it without a word.
  public static let connectScan = Self(rawValue: "connect-scan")
  /// The client aborts.
  public static let clientAbort = Self(rawValue: "client-abort")
}

/// The client resets what it has opened itself: half-open, without a word, or in the midst of it.
///
/// Scanners reset half-open connections through their kernel, which knows nothing of the SYN:
/// RFC 9293, section 3.10.7.1. Applications that give up reset through their socket: RFC 1122,
/// section 4.2.2.13.
struct ClientReset: CauseRule {
  let code: FindingCode

  func claim(_ seen: ResetCase) -> Claim? {
    guard seen.side == .client, seen.connection.hasBeginning || code == .clientAbort else {
      return nil
    }
    switch code {
    case .synScan: return synScan(seen)
    case .connectScan: return connectScan(seen)
    default: return abort(seen)
    }
  }

  private func synScan(_ seen: ResetCase) -> Claim? {
    guard !seen.isEstablished, seen.client.octets == 0, seen.client.fin == nil,
      seen.earlier.isEmpty, let syn = seen.client.opening, syn.isSYN,
      seen.reset.answered.map(\.isSYNACK) ?? true
    else { return nil }
    var claim = Claim(
      code, responder: .host,
      explanation:
        "The client asks whether the port is open and takes it back before the handshake is over: "
        + "a half-open scan, a health check, or a client that gave up. The server's application "
        + "never sees it.",
      nextStep: "Ask who runs the client; many such flows from one address are a scan.")
    if let synAck = seen.server.opening {
      let isBare = seen.reset.answers(synAck)
      claim.add(
        "resets-the-syn-ack", isBare ? 2.5 : 1.2, "the client's reset answers the SYN ACK",
        frames: [syn, synAck, seen.segment], source: "RFC 9293, section 3.10.7.1")
    } else {
      claim.add(
        "resets-its-own-syn", 1.5, "the client resets before any answer was captured",
        frames: [syn, seen.segment], source: "RFC 9293, section 3.10.7")
    }
    return claim
  }

  private func connectScan(_ seen: ResetCase) -> Claim? {
    guard seen.isEstablished, seen.client.octets == 0, seen.connection.clientRecord.octets == 0,
      seen.client.opening != nil, seen.client.fin == nil
    else { return nil }
    var claim = Claim(
      code, responder: .host,
      explanation:
        "The client completes the handshake and resets at once, without a word: a connect scan, a "
        + "health check, or a client that changed its mind. The server's application may have seen a "
        + "connection that it could not use.",
      nextStep: "Ask who runs the client; load balancers check services so.")
    claim.add(
      "says-nothing", 1.5, "the client has sent no octet", frames: [seen.segment],
      source: "RFC 9293, section 3.10.5")
    // Whoever only wants to know whether a port is open has nothing to wait for.
    let age = seen.reset.silence ?? .zero
    claim.add(
      "at-once", age < .milliseconds(20) ? 1.5 : -1.5,
      "it resets \(age.rounded) after the handshake",
      frames: [seen.client.last, seen.segment], source: "RFC 9293, section 3.10.5")
    return claim
  }

  private func abort(_ seen: ResetCase) -> Claim? {
    guard seen.isEstablished, seen.sender.fin == nil,
      seen.sender.segments + seen.receiver.segments > 0
    else { return nil }
    var claim = Claim(
      code, responder: seen.maker, phase: seen.phase,
      explanation:
        "The client aborts: its application closed the socket with data unread, without lingering, or "
        + "ended. The server sees `connection reset by peer`, or `broken pipe` when it writes on.",
      nextStep: "Look at the client: did it give up (a timeout, a user, a crash)?")
    if seen.isOfSocket {
      claim.add(
        "of-the-socket", 2.5, "the reset goes on where the client had stopped",
        frames: [seen.sender.last, seen.segment],
        source: "net/ipv4/tcp_output.c, tcp_send_active_reset")
    } else if let answered = seen.reset.answered {
      claim.add(
        "answers-late-data", answered.length > 0 ? 1.5 : 0.5,
        "the client's host knows the connection no more when this arrives",
        frames: [answered, seen.segment], source: "RFC 9293, section 3.10.7.1")
    } else {
      claim.add(
        "client-resets", 0.8, "the client resets an open connection", frames: [seen.segment],
        source: "RFC 9293, section 3.10.5")
    }
    if seen.isFromElsewhere == true {
      claim.add(
        "distance", -3, "its hop limit is not that of the client's other segments",
        frames: [seen.sender.last, seen.segment], source: "INJECTORS, section 2.2: hop limits")
    }
    seen.weighAfterlife(&claim)
    return claim
  }
}
