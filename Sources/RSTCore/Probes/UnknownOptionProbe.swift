import RSTWire

/// A SYN with an option that no stack knows, as long as a signature: the control of `signed-syn`.
///
/// Kind 253 is for experiments (RFC 4727); unknown options must be ignored (RFC 9293, MUST-6).
struct UnknownOptionProbe: Probe {
  let name = "unknown-option-syn"
  let summary = "SYN with an experimental option"

  func draft(_ setting: ProbeSetting) -> PacketDraft {
    setting.segment(
      .syn, options: [.other(kind: 253, data: SignedSYNProbe.signature(for: setting))])
  }
}
