import RSTWire

/// An ICMP echo request: shows the host alive, its distance, and what the path does to DSCP.
struct EchoProbe: Probe {
  let name = "echo"
  let summary = "ICMP echo request"

  func draft(_ setting: ProbeSetting) -> PacketDraft {
    setting.packet(
      .echoRequest(
        identifier: setting.sourcePort,
        sequence: UInt16(truncatingIfNeeded: setting.sequence.rawValue),
        data: Array("rstprobe".utf8)))
  }
}
