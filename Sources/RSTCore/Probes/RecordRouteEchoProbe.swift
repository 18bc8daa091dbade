import RSTWire

/// An ICMP echo request with record route: shows that the path carries the option.
struct RecordRouteEchoProbe: Probe {
  let name = "record-route-echo"
  let summary = "ICMP echo request with record route"

  func draft(_ setting: ProbeSetting) -> PacketDraft {
    setting.packet(
      .echoRequest(
        identifier: setting.sourcePort,
        sequence: UInt16(truncatingIfNeeded: setting.sequence.rawValue),
        data: Array("rstprobe".utf8)), ipv4Options: IPv4Option.recordRoute(slots: 9))
  }
}
