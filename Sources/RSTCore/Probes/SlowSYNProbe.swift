import RSTWire

/// The same SYN again, slowly: shows whether answers thin out with the rate.
struct SlowSYNProbe: Probe {
  let name = "slow-syn"
  let summary = "SYN, sent slowly"

  func draft(_ setting: ProbeSetting) -> PacketDraft { SYNProbe().draft(setting) }
}
