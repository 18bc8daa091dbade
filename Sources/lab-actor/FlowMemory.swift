import RSTWire

/// How the packets of one side look where they leave this machine.
struct Manner {
  var hopLimit: UInt8
  var trafficClass: UInt8
  /// Of the last packet; 0 for IPv6.
  var identification: UInt16
  var dontFragment: Bool
  /// 0 for IPv4.
  var flowLabel: UInt32
  var window: UInt16
  /// The value of the last timestamps option.
  var timestamp: UInt32?

  init(_ packet: Packet, _ header: TCPHeader, isOutgoing: Bool) {
    let network = packet.network
    hopLimit = isOutgoing ? network.hopLimit : network.hopLimit &- 1
    trafficClass = network.trafficClass
    identification = network.identification ?? 0
    dontFragment = network.dontFragment ?? true
    flowLabel = network.flowLabel ?? 0
    // What follows a SYN has its window scaled (RFC 7323, section 2.2).
    window = header.window >> UInt16(header.flags.contains(.syn) ? header.windowScale ?? 0 : 0)
    timestamp = header.timestamps?.value
  }
}

/// What a device that watches one port remembers of connections.
struct FlowMemory {
  /// A connection, or without a client's port all those between two hosts.
  struct Key: Hashable {
    var client: IPAddress
    var clientPort: UInt16 = 0
    var server: IPAddress
  }

  /// One connection.
  struct Flow {
    var manners: [Side: Manner] = [:]
    /// Whether the server's SYN-ACK was seen.
    var isAnswered = false
    /// Where the client's octets begin.
    var first: SequenceNumber?
    /// The client's octets, with 0 where they were not seen.
    var text: [UInt8] = []
  }

  private(set) var flows: [Key: Flow] = [:]
  /// How each server's packets looked last, for connections on which it has not spoken.
  private var servers: [IPAddress: Manner] = [:]
  private var blockedUntil: [Key: UInt64] = [:]

  /// No device keeps everything; the lab's connections are far fewer.
  private static let capacity = 20_000
  private static let textCapacity = 1 << 16

  /// Learns from a packet of either side, in the order in which they pass.
  mutating func note(_ packet: Packet, _ header: TCPHeader, from side: Side, isOutgoing: Bool) {
    if flows.count >= Self.capacity { flows = [:] }
    let key = Self.key(packet, header, from: side)
    var flow = flows[key] ?? Flow()
    if header.flags.contains(.syn), side == .client {
      flow = Flow()
      flow.first = header.sequence + 1
    }
    if header.flags.isSuperset(of: [.syn, .acknowledgement]), side == .server {
      flow.isAnswered = true
    }
    // Resets are made otherwise than all else, and a limited packet is not how its sender sends.
    if !header.flags.contains(.reset) {
      var manner = Manner(packet, header, isOutgoing: isOutgoing)
      if side == .client {
        manner.hopLimit = max(manner.hopLimit, flow.manners[side]?.hopLimit ?? 0)
      } else {
        servers[key.server] = manner
      }
      flow.manners[side] = manner
    }
    flows[key] = flow
  }

  /// How both sides' packets look, as far as it is known.
  func manners(_ packet: Packet, _ header: TCPHeader, from side: Side) -> [Side: Manner] {
    let key = Self.key(packet, header, from: side)
    var manners = flows[key]?.manners ?? [:]
    if manners[.server] == nil { manners[.server] = servers[key.server] }
    return manners
  }

  /// Whether the client's octets hold a text that ends or begins in this segment, as far as they
  /// were seen.
  mutating func completes(_ text: [UInt8], _ packet: Packet, _ header: TCPHeader) -> Bool {
    let key = Self.key(packet, header, from: .client)
    var flow = flows[key] ?? Flow()
    let first = flow.first ?? header.sequence
    flow.first = first
    let offset = header.sequence.distance(from: first)
    let end = offset + packet.payload.count
    guard offset >= 0, end <= Self.textCapacity, !packet.payload.isEmpty else { return false }
    if flow.text.count < end {
      flow.text += [UInt8](repeating: 0, count: end - flow.text.count)
    }
    flow.text.replaceSubrange(offset..<end, with: packet.payload)
    flows[key] = flow
    let around = max(0, offset - text.count + 1)..<min(flow.text.count, end + text.count - 1)
    return flow.text[around].contains(sequence: text)
  }

  /// Blocks what follows between the same hosts, until a moment.
  mutating func block(_ packet: Packet, from side: Side, until moment: UInt64) {
    blockedUntil[Self.pair(packet, from: side)] = moment
  }

  func isBlocked(_ packet: Packet, from side: Side, at moment: UInt64) -> Bool {
    moment < blockedUntil[Self.pair(packet, from: side)] ?? 0
  }

  /// Whether the server's SYN-ACK was seen on the connection of this packet.
  func isAnswered(_ packet: Packet, _ header: TCPHeader, from side: Side) -> Bool {
    flows[Self.key(packet, header, from: side)]?.isAnswered ?? false
  }

  private static func pair(_ packet: Packet, from side: Side) -> Key {
    let network = packet.network
    return side == .client
      ? Key(client: network.source, server: network.destination)
      : Key(client: network.destination, server: network.source)
  }

  private static func key(_ packet: Packet, _ header: TCPHeader, from side: Side) -> Key {
    var key = pair(packet, from: side)
    key.clientPort = side == .client ? header.sourcePort : header.destinationPort
    return key
  }
}

extension Collection<UInt8> {
  /// Whether the octets stand in it one after the other.
  func contains(sequence octets: [UInt8]) -> Bool {
    var rest = self[...]
    while rest.count >= octets.count {
      if rest.starts(with: octets) { return true }
      rest = rest.dropFirst()
    }
    return false
  }
}
