import RSTWire

extension Departure {
  /// What a packet of ours says about how an attempt left; nil where it is not its first one, or goes on
  /// with what has left before.
  ///
  /// - Parameters:
  ///   - record: A packet of ours as captured.
  ///   - attempt: The attempt that it belongs to, as far as its numbers tell.
  init?(of record: RecordedPacket, _ attempt: Attempt) {
    guard attempt.departure == .notSeen else { return nil }
    let packet = record.packet
    guard let segment = attempt.draft.segment else {
      guard packet.icmp != nil else { return nil }
      self = .seen(packet: record.index)
      return
    }
    guard let header = packet.tcp else { return nil }
    let isOwnFlow =
      packet.network.source == attempt.draft.source
      && packet.network.destination == attempt.draft.destination
      && header.sourcePort == segment.sourcePort
      && header.destinationPort == segment.destinationPort
    if isOwnFlow, header.sequence == segment.sequence {
      // Rules may change flags too, but a reset that was none is another's.
      guard !header.flags.contains(.reset) || segment.flags.contains(.reset) else { return nil }
      self = .seen(packet: record.index)
    } else {
      guard header.flags == segment.flags, packet.payload == segment.payload else { return nil }
      self = .translated(packet: record.index)
    }
  }
}
