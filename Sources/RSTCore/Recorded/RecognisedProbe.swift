import RSTWire

/// A packet of ours in a capture, recognised as a probe of the catalogue: as the one whose draft, with
/// the numbers of this packet, is this packet.
struct RecognisedProbe {
  /// Which probe.
  let probe: any Probe
  /// The draft that it was sent from.
  let draft: PacketDraft

  /// Recognises a packet as captured where it was sent; nil where no probe of the run looks like it.
  ///
  /// - Parameters:
  ///   - packet: The packet.
  ///   - run: What the marks of the run's SYNs say.
  init?(_ packet: Packet, of run: UInt16) {
    guard var setting = ProbeSetting(packet) else { return nil }
    let isRung = setting.hopLimit != ProbeSetting.hopLimit
    for probe in ProbeCatalog.all where ProbeCatalog.isRung(probe.name) == isRung {
      setting.mark = ProbeMark(probe: probe.name, run: run)
      let draft = probe.draft(setting)
      guard draft.looksLike(packet) else { continue }
      self.probe = probe
      self.draft = draft
      return
    }
    return nil
  }
}

extension ProbeSetting {
  /// The numbers that a packet was sent with; nil for what no probe is.
  fileprivate init?(_ packet: Packet) {
    let network = packet.network
    self.init(
      source: network.source, destination: network.destination, sourcePort: 0, destinationPort: 0,
      sequence: SequenceNumber(0), acknowledgement: SequenceNumber(0),
      trafficClass: network.trafficClass, identification: network.identification ?? 0, window: 0,
      flowLabel: network.flowLabel ?? 0, hopLimit: network.hopLimit)
    if let header = packet.tcp {
      sourcePort = header.sourcePort
      destinationPort = header.destinationPort
      sequence = header.sequence
      acknowledgement = header.acknowledgement
      window = header.window
    } else if case .echo(let identifier, let number, _)? = packet.icmp?.body {
      sourcePort = identifier
      sequence = SequenceNumber(UInt32(number))
    } else {
      return nil
    }
  }
}

extension PacketDraft {
  /// Whether a packet is what this draft makes, checksums and what routers change aside.
  fileprivate func looksLike(_ packet: Packet) -> Bool {
    guard let own = Packet(datagram: encoded()) else { return false }
    return own.network.trafficClass == packet.network.trafficClass
      && own.network.ipv4Options == packet.network.ipv4Options && own.content == packet.content
  }
}

extension Packet {
  /// What it carries, with the checksum left out: a capture may show it as it was before the interface
  /// filled it in.
  fileprivate var content: Transport {
    switch transport {
    case .tcp(var header, let payload):
      header.checksum = 0
      return .tcp(header, payload: payload)
    case .icmp(var message):
      message.checksum = 0
      return .icmp(message)
    case .other: return transport
    }
  }
}

extension NetworkHeader {
  fileprivate var ipv4Options: [UInt8] {
    if case .ipv4(let header) = self { header.options } else { [] }
  }
}
