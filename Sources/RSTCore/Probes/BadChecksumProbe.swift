import RSTWire

/// A SYN with a wrong checksum: no stack answers it, a careless device does.
///
/// RFC 9293, MUST-3.
struct BadChecksumProbe: Probe {
  let name = "bad-checksum"
  let summary = "SYN with a wrong checksum"
  let expectsSilence = true

  func draft(_ setting: ProbeSetting) -> PacketDraft {
    setting.segment(.syn, options: setting.operatingSystemOptions, checksum: .corrupted)
  }
}
