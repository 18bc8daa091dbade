import RSTWire

/// Which attempt a captured packet belongs to, by its ports, numbers and quoted copies.
struct FlowTable: Sendable {
  private let source: IPAddress
  private let destination: IPAddress
  private var byPort: [UInt16: [Int]] = [:]
  private var bySequence: [SequenceNumber: Int] = [:]

  init(source: IPAddress, destination: IPAddress) {
    self.source = source
    self.destination = destination
  }

  /// Takes note of an attempt: its source port, or the identifier of its echo request.
  mutating func add(_ attempt: Attempt) {
    byPort[Self.key(of: attempt.draft), default: []].append(attempt.id)
    if let segment = attempt.draft.segment { bySequence[segment.sequence] = attempt.id }
  }

  /// The attempt and direction of a packet; nil when it is not ours.
  func match(_ packet: Packet, among attempts: [Attempt]) -> (attempt: Int, direction: Direction)? {
    switch packet.transport {
    case .tcp(let header, _):
      // Towards ourselves both addresses may be the same: the ports tell the direction.
      if packet.network.source == source, packet.network.destination == destination,
        let found = sent(header, by: byPort[header.sourcePort] ?? [], among: attempts)
      {
        return (found, .sent)
      }
      guard packet.network.source == destination, packet.network.destination == source else {
        return translated(header, of: packet, among: attempts).map { ($0, .sent) }
      }
      return received(header, by: byPort[header.destinationPort] ?? [], among: attempts)
        .map { ($0, .received) }
    case .icmp(let message):
      return match(message, of: packet, among: attempts)
    case .other:
      return nil
    }
  }

  private static func key(of draft: PacketDraft) -> UInt16 {
    switch draft.content {
    case .segment(let segment): segment.sourcePort
    case .echoRequest(let identifier, _, _): identifier
    }
  }

  private func sent(_ header: TCPHeader, by candidates: [Int], among attempts: [Attempt]) -> Int? {
    let mine = candidates.filter {
      attempts[$0].draft.segment?.destinationPort == header.destinationPort
    }
    // Several attempts share a port on a ladder, and what follows an attempt lies just behind it.
    func distance(_ index: Int) -> Int {
      let start = attempts[index].draft.segment?.sequence ?? header.sequence
      let distance = header.sequence.distance(from: start)
      return distance < 0 ? .max : distance
    }
    return mine.min { distance($0) < distance($1) }
  }

  /// The attempt whose segment left with other addresses or ports: it has the attempt's number, and
  /// nothing was seen of the attempt itself.
  private func translated(
    _ header: TCPHeader, of packet: Packet, among attempts: [Attempt]
  ) -> Int? {
    guard let found = bySequence[header.sequence], attempts[found].departure == .notSeen,
      attempts[found].isHandedOver, packet.network.destination != source,
      packet.network.source != destination,
      attempts[found].draft.segment?.flags == header.flags
    else { return nil }
    return found
  }

  private func received(
    _ header: TCPHeader, by candidates: [Int], among attempts: [Attempt]
  ) -> Int? {
    let mine = candidates.filter {
      attempts[$0].draft.segment?.destinationPort == header.sourcePort
    }
    guard mine.count > 1 else { return mine.first }
    return mine.first { index in
      guard let segment = attempts[index].draft.segment else { return false }
      if segment.flags.contains(.acknowledgement) {
        return header.sequence == segment.acknowledgement
      }
      return (0...segment.length).contains(
        header.acknowledgement.distance(from: segment.sequence))
    }
  }

  private func match(
    _ message: ICMPMessage, of packet: Packet, among attempts: [Attempt]
  ) -> (attempt: Int, direction: Direction)? {
    switch message.body {
    case .echo(let identifier, let sequence, _):
      guard
        let found = (byPort[identifier] ?? []).first(where: {
          guard case .echoRequest(_, let number, _) = attempts[$0].draft.content else {
            return false
          }
          return number == sequence
        })
      else { return nil }
      let isRequest = message.type == (source.family == .ipv4 ? 8 : 128)
      if isRequest {
        return packet.network.source == source && packet.network.destination == destination
          ? (found, .sent) : nil
      }
      return packet.network.source == destination && packet.network.destination == source
        ? (found, .received) : nil
    case .error(let quote):
      // The quote must be of a packet that we sent, and the error must be for us.
      guard quote.network.source == source, quote.network.destination == destination,
        packet.network.destination == source
      else { return nil }
      if let start = quote.segmentStart {
        let found = (byPort[start.sourcePort] ?? []).first {
          guard let segment = attempts[$0].draft.segment,
            segment.destinationPort == start.destinationPort
          else { return false }
          // A connection has its port for itself, and any of its segments may be quoted.
          return attempts[$0].part == .connections || segment.sequence == start.sequence
        }
        return found.map { ($0, .received) }
      }
      if let echo = quote.echo {
        let found = (byPort[echo.identifier] ?? []).first {
          guard case .echoRequest(_, let number, _) = attempts[$0].draft.content else {
            return false
          }
          return number == echo.sequence
        }
        return found.map { ($0, .received) }
      }
      return nil
    case .other:
      return nil
    }
  }
}
