import RSTWire

/// What becomes of a draft on its way out of this machine.
extension PacketDraft {
  /// The draft that would have made the packet that was seen leaving in its place; the same where
  /// nothing was changed.
  ///
  /// Addresses, ports and sequence number are not looked at: with others it is no longer this flow.
  func departed(as packet: Packet) -> Self {
    var draft = self
    let network = packet.network
    draft.hopLimit = network.hopLimit
    draft.trafficClass = network.trafficClass
    // The kernel chooses where it is given 0.
    if identification != 0 { draft.identification = network.identification ?? identification }
    draft.dontFragment = network.dontFragment ?? dontFragment
    draft.flowLabel = network.flowLabel ?? flowLabel
    // Routers fill options in, and so may this machine: that they are there is what counts.
    if case .ipv4(let header) = network, header.options.isEmpty { draft.ipv4Options = [] }
    guard var segment, let header = packet.tcp else { return draft }
    segment.acknowledgement = header.acknowledgement
    segment.flags = header.flags
    segment.reserved = header.reserved
    segment.window = header.window
    segment.urgentPointer = header.urgentPointer
    if header.options.significant != segment.options.significant {
      segment.options = header.options
    }
    if !packet.anomalies.contains(.truncated) {
      segment.payload = packet.payload
      segment.checksum = packet.anomalies.contains(.badChecksum) ? .corrupted : .computed
    }
    draft.content = .segment(segment)
    return draft
  }

  /// Whether a packet with this draft's place asks the same question as one with another: what was
  /// changed is a number that says nothing by itself, such as a hop limit that is large enough.
  ///
  /// - Parameters:
  ///   - left: The draft as it left.
  ///   - isRung: Whether the hop limit is the question.
  /// - Returns: Whether it does.
  func asksTheSame(as left: Self, isRung: Bool) -> Bool {
    guard isRung ? left.hopLimit == hopLimit : true, left.ipv4Options.isEmpty == ipv4Options.isEmpty
    else { return false }
    guard let segment, let other = left.segment else { return true }
    return segment.flags == other.flags && segment.reserved == other.reserved
      && segment.acknowledgement == other.acknowledgement
      && segment.urgentPointer == other.urgentPointer && segment.payload == other.payload
      && segment.checksum == other.checksum && segment.options.unusual == other.options.unusual
  }
}

extension [TCPOption] {
  /// Those that mean something: padding is every stack's own.
  var significant: Self { filter { $0 != .noOperation && $0 != .endOfList } }

  /// Those that only odd probes carry.
  fileprivate var unusual: Self { filter { if case .other = $0 { true } else { false } } }
}
