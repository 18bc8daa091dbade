import RSTWire

/// Probes that left with other addresses, ports or sequence numbers: our own segment, told by its
/// number, in a flow that is not the probe's.
struct TranslatedProbes: OwnSign {
  private let translated: [(exchange: Exchange, packet: RecordedPacket)]
  let changes: [String]

  init?(_ seen: Observations) {
    translated = seen.exchanges.compactMap { exchange in
      guard case .translated(let index) = exchange.attempt.departure else { return nil }
      return (exchange, seen.packets[index])
    }
    guard !translated.isEmpty else { return nil }
    changes = translated.flatMap { Self.words($0.exchange.attempt.draft, $0.packet.packet) }.few()
  }

  private static func words(_ draft: PacketDraft, _ packet: Packet) -> [String] {
    guard let segment = draft.segment, let header = packet.tcp else { return [] }
    var words: [String] = []
    func compare(_ field: String, _ built: some Equatable, _ left: some Equatable) {
      if "\(built)" != "\(left)" { words.append("\(field) \(built) -> \(left)") }
    }
    compare("source address", draft.source, packet.network.source)
    compare("destination address", draft.destination, packet.network.destination)
    compare("source port", segment.sourcePort, header.sourcePort)
    compare("destination port", segment.destinationPort, header.destinationPort)
    compare("sequence number", segment.sequence.rawValue, header.sequence.rawValue)
    return words
  }

  var evidence: Evidence {
    Evidence(
      "own-translation", weight: Self.weight,
      detail: "\(translated.count) probes were seen leaving with other numbers: "
        + changes.joined(separator: ", "),
      packets: translated.prefix(8).map(\.packet.index), source: "net/netfilter/nf_nat_core.c")
  }

  var headline: String {
    "inconclusive: this machine rewrites the probes before they leave ("
      + changes.prefix(2).joined(separator: ", ") + ")"
  }

  var nextStep: String {
    "Look at this machine's address translation (nft list ruleset, iptables-save -t nat; rstprobe "
      + "doctor reads them): except the probes from it, or send them from the address that it gives "
      + "them with --source."
  }
}
