import RSTWire

/// A SYN with data and no cookie: a stack may leave the data.
///
/// RFC 9293, section 3.10.7.2.
struct DataSYNProbe: Probe {
  let name = "syn-data"
  let summary = "SYN with data"

  func draft(_ setting: ProbeSetting) -> PacketDraft {
    setting.segment(
      .syn, window: 64240, options: setting.operatingSystemOptions,
      payload: Array("rstprobe\r\n".utf8))
  }
}
