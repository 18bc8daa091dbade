import RSTWire

/// How a forged reset looks.
struct Forgery {
  /// Which IP ID it carries.
  enum Identification {
    /// Always this one.
    case fixed(UInt16)
    /// That of the packet that triggered it.
    case copied
    /// Another each time.
    case random
  }

  var hopLimit: UInt8
  var identification: Identification
  var window: UInt16
  var flags: TCPFlags
  /// Nil copies that of the packet that triggered it.
  var trafficClass: UInt8?

  /// A frame to the client, in the server's name.
  ///
  /// A SYN is refused as its target would (RFC 9293, section 3.10.7.1); after a SYN-ACK the reset
  /// carries on where that ended, which the client must accept (section 3.10.7.3).
  func frame(answering sighting: Tap.Sighting) -> [UInt8]? {
    guard let trigger = sighting.packet.tcp else { return nil }
    let network = sighting.packet.network
    let isFromServer = trigger.flags.contains(.acknowledgement)
    var segment: SegmentDraft
    if isFromServer {
      segment = SegmentDraft(
        sourcePort: trigger.sourcePort, destinationPort: trigger.destinationPort,
        sequence: trigger.sequence + 1, acknowledgement: trigger.acknowledgement, flags: flags,
        window: window)
    } else {
      segment = SegmentDraft(
        sourcePort: trigger.destinationPort, destinationPort: trigger.sourcePort,
        sequence: SequenceNumber(0),
        acknowledgement: trigger.sequence + 1 + sighting.packet.payload.count, flags: flags,
        window: window)
    }
    if !flags.contains(.acknowledgement) { segment.acknowledgement = SequenceNumber(0) }
    let number: UInt16 =
      switch identification {
      case .fixed(let number): number
      case .copied: network.identification ?? 0
      case .random: .random(in: 1...UInt16.max)
      }
    let draft = PacketDraft(
      source: isFromServer ? network.source : network.destination,
      destination: isFromServer ? network.destination : network.source,
      hopLimit: hopLimit, trafficClass: trafficClass ?? network.trafficClass,
      identification: number, content: .segment(segment))
    // A frame that leaves towards the client has its addresses the right way round already.
    let link = sighting.link
    let addresses = sighting.isOutgoing ? Array(link[..<12]) : Array(link[6..<12] + link[..<6])
    return addresses + link[12...] + draft.encoded()
  }
}
