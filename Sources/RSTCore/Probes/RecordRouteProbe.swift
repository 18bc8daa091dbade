import RSTWire

/// A SYN with the IPv4 record-route option (RFC 791): Linux echoes it in its reset, hops filled in.
///
/// net/ipv4/tcp_ipv4.c, tcp_v4_send_reset and net/ipv4/ip_options.c; netfilter's reject does not.
struct RecordRouteProbe: Probe {
  let name = "record-route-syn"
  let summary = "SYN with record route"

  func draft(_ setting: ProbeSetting) -> PacketDraft {
    setting.segment(
      .syn, options: setting.operatingSystemOptions, ipv4Options: IPv4Option.recordRoute(slots: 9))
  }
}
