import RSTWire

/// The second of two SYNs on one 4-tuple: with SYN cookies the answers differ as the SYNs do.
///
/// net/ipv4/syncookies.c: the cookie is a hash of the 4-tuple plus the sequence number.
struct CookieSecondProbe: Probe {
  let name = "cookie-second"
  let summary = "second SYN of a pair, 100,000 further"
  let expectsSilence = true
  let sharesFlow = true
  let flowName = "cookie"
  let sequenceStep = 100_000

  func draft(_ setting: ProbeSetting) -> PacketDraft {
    setting.segment(.syn, window: 64240, options: setting.operatingSystemOptions)
  }
}
