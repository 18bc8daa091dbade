import RSTWire

/// SYN and RST together: nothing may answer it.
///
/// RFC 9293, 3.10.7.1.
struct SYNResetProbe: Probe {
  let name = "syn-rst"
  let summary = "SYN and RST"
  let expectsSilence = true

  func draft(_ setting: ProbeSetting) -> PacketDraft {
    setting.segment([.syn, .reset], options: setting.operatingSystemOptions)
  }
}
