import RSTWire

extension FindingCode {
  /// The SYN ACK carries the marks of SYN cookies.
  public static let synCookies = Self(rawValue: "syn-cookies")
}

/// Two SYNs on one 4-tuple that differ by d draw SYN ACKs that differ by d, give or take the MSS.
///
/// net/ipv4/syncookies.c: the cookie is a hash of the 4-tuple, the sequence number, a counter of
/// minutes and the MSS index.
struct SYNCookies: Rule {
  let code = FindingCode.synCookies

  func claim(_ seen: Observations) -> Claim? {
    let pairs = seen.target("cookie-first", "cookie-second").compactMap { exchange in
      exchange.synAck.map { (exchange.attempt.draft.segment?.sequence, $0) }
    }
    for (index, (sequence, reply)) in pairs.enumerated() {
      for (otherSequence, other) in pairs[(index + 1)...] {
        guard let sequence, let otherSequence, sequence != otherSequence,
          let number = reply.record.packet.tcp?.sequence,
          let otherNumber = other.record.packet.tcp?.sequence
        else { continue }
        let asked = otherSequence.distance(from: sequence)
        let got = otherNumber.distance(from: number)
        guard abs(got - asked) <= 4 else { continue }
        return claim(asked: asked, got: got, [reply, other])
      }
    }
    return nil
  }

  private func claim(asked: Int, got: Int, _ replies: [Reply]) -> Claim {
    var claim = Claim(
      code, responder: .host,
      explanation: "The listener answers with SYN cookies: it keeps no state for half-open "
        + "connections, because of a flood or of its settings.",
      nextStep: "Look at net.ipv4.tcp_syncookies and at TcpExtSyncookiesSent on the host.")
    claim.add(
      "numbers-move-together", 7,
      "SYNs \(asked) apart on one 4-tuple drew SYN ACKs \(got) apart", replies,
      source: "net/ipv4/syncookies.c, secure_tcp_syn_cookie")
    return claim
  }
}
