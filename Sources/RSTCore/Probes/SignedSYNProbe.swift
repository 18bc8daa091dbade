import RSTWire

/// A SYN with a TCP MD5 signature (RFC 2385) for which nobody has a key.
///
/// Linux sends no reset for it (net/ipv4/tcp_ipv4.c, tcp_v4_send_reset: no key, no reset), while
/// netfilter's reject answers it like any SYN (net/ipv4/netfilter/nf_reject_ipv4.c).
struct SignedSYNProbe: Probe {
  let name = "signed-syn"
  let summary = "SYN with a TCP MD5 signature"
  let expectsSilence = true

  /// Sixteen octets that differ from probe to probe.
  static func signature(for setting: ProbeSetting) -> [UInt8] {
    (0..<16).map {
      UInt8(truncatingIfNeeded: setting.sequence.rawValue >> ($0 % 4 * 8)) ^ UInt8($0)
    }
  }

  func draft(_ setting: ProbeSetting) -> PacketDraft {
    setting.segment(
      .syn, options: [.other(kind: 19, data: SignedSYNProbe.signature(for: setting))])
  }
}
