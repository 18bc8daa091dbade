import RSTWire

/// An echo request that dies on the way: the ladder to the host itself.
struct LadderEchoProbe: Probe {
  let name = "ladder-echo"
  let summary = "ICMP echo request with a limited hop limit"
  let sharesFlow = true

  func draft(_ setting: ProbeSetting) -> PacketDraft {
    setting.packet(
      .echoRequest(
        identifier: setting.sourcePort,
        sequence: UInt16(truncatingIfNeeded: setting.sequence.rawValue),
        data: Array("rstprobe".utf8)))
  }
}
