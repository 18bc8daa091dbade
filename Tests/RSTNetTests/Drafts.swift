import RSTWire

/// One draft of every kind that rstprobe sends.
struct NamedDraft: CustomStringConvertible, Sendable {
  var description: String
  var draft: PacketDraft

  /// All kinds between two addresses of one family.
  static func all(from source: IPAddress, to destination: IPAddress) -> [NamedDraft] {
    func segment(
      _ flags: TCPFlags, reserved: UInt8 = 0, urgentPointer: UInt16 = 0,
      options: [TCPOption] = [], payload: [UInt8] = [],
      checksum: SegmentDraft.Checksum = .computed
    ) -> PacketDraft {
      PacketDraft(
        source: source, destination: destination, hopLimit: 61, trafficClass: 0xb8,
        identification: 0x4242, flowLabel: 0x13333,
        content: .segment(
          SegmentDraft(
            sourcePort: 40001, destinationPort: 7, sequence: SequenceNumber(0xfedc_ba98),
            acknowledgement: SequenceNumber(0x0102_0304), flags: flags, reserved: reserved,
            window: 0x7fff, urgentPointer: urgentPointer, options: options, payload: payload,
            checksum: checksum)))
    }
    let system: [TCPOption] = [
      .maximumSegmentSize(1460), .selectiveAcknowledgementPermitted,
      .timestamps(value: 0x1234_5678, echo: 0), .noOperation, .windowScale(7),
    ]
    var all = [
      NamedDraft("bare SYN", segment(.syn)),
      NamedDraft("SYN of a system", segment(.syn, options: system)),
      NamedDraft("SYN with three octets of options", segment(.syn, options: [.windowScale(3)])),
      NamedDraft("SYN with data", segment(.syn, payload: Array("odd".utf8))),
      NamedDraft("SYN with options and data", segment(.syn, options: system, payload: [1, 2])),
      NamedDraft("SYN with ECN", segment([.syn, .echo, .congestionWindowReduced])),
      NamedDraft("SYN with reserved bits", segment(.syn, reserved: 5, options: system)),
      NamedDraft("urgent SYN", segment([.syn, .urgent], urgentPointer: 9)),
      NamedDraft("no flags", segment([])),
      NamedDraft("all flags", segment(TCPFlags(rawValue: 0xff))),
      NamedDraft("wrong checksum", segment(.syn, checksum: .corrupted)),
      NamedDraft("wrong checksum with data", segment(.syn, payload: [9], checksum: .corrupted)),
    ]
    var echo = segment(.syn)
    echo.content = .echoRequest(identifier: 0x1234, sequence: 0x5678, data: Array("probe".utf8))
    all.append(NamedDraft("echo request", echo))
    echo.content = .echoRequest(identifier: 1, sequence: 2, data: [])
    all.append(NamedDraft("empty echo request", echo))
    switch source.family {
    case .ipv4:
      var route = segment(.syn, options: system)
      // RFC 791: record route, 11 octets, two slots of which none is filled; end of list.
      route.ipv4Options = [7, 11, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0]
      all.append(NamedDraft("SYN with record route", route))
      echo.ipv4Options = route.ipv4Options
      all.append(NamedDraft("echo request with record route", echo))
      var fragmentable = segment(.acknowledgement)
      fragmentable.dontFragment = false
      all.append(NamedDraft("without DF", fragmentable))
    case .ipv6:
      var label = segment(.syn, options: system)
      label.flowLabel = 0x12345
      all.append(NamedDraft("flow label with unequal octets", label))
      label.flowLabel = 0
      all.append(NamedDraft("no flow label", label))
    }
    return all
  }

  private init(_ description: String, _ draft: PacketDraft) {
    self.description = description
    self.draft = draft
  }
}
