import RSTWire

/// A SYN with the three reserved bits set, which a receiver must ignore.
///
/// RFC 9293, section 3.1.
struct ReservedBitsProbe: Probe {
  let name = "reserved-syn"
  let summary = "SYN with reserved bits"

  func draft(_ setting: ProbeSetting) -> PacketDraft {
    setting.segment(.syn, reserved: 0b1110, options: setting.operatingSystemOptions)
  }
}
