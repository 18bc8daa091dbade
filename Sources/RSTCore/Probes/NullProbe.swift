import RSTWire

/// A segment without flags: a closed port resets it, a listener ignores it.
///
/// RFC 9293, 3.10.7.
struct NullProbe: Probe {
  let name = "null"
  let summary = "segment without flags"

  func draft(_ setting: ProbeSetting) -> PacketDraft {
    setting.segment([])
  }
}
