import RSTWire

/// FIN, PSH and URG together, which no client sends.
///
/// RFC 9293, 3.10.7.2.
struct XmasProbe: Probe {
  let name = "xmas"
  let summary = "FIN, PSH and URG"

  func draft(_ setting: ProbeSetting) -> PacketDraft {
    setting.segment([.fin, .push, .urgent])
  }
}
