import RSTWire

/// SYN and FIN together: Linux listeners drop it, others accept it.
///
/// RFC 9293, 3.10.7.2.
struct SYNFINProbe: Probe {
  let name = "syn-fin"
  let summary = "SYN and FIN"

  func draft(_ setting: ProbeSetting) -> PacketDraft {
    setting.segment([.syn, .fin], options: setting.operatingSystemOptions)
  }
}
