import RSTWire

/// A FIN with ACK of no connection: an odd-flags filter lets it pass, connection tracking does not.
///
/// Every stack resets it (RFC 9293, 3.5.2); it is invalid to net/netfilter/nf_conntrack_proto_tcp.c.
struct StrayFINACKProbe: Probe {
  let name = "stray-fin-ack"
  let summary = "FIN and ACK of no connection"

  func draft(_ setting: ProbeSetting) -> PacketDraft {
    setting.segment([.fin, .acknowledgement])
  }
}
