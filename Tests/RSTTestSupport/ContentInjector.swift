public import RSTCore
public import RSTWire

/// A device that reads what clients send and forges resets where it finds a text, or keeps it back.
public struct ContentInjector: Middlebox {
  /// Where its resets get their hop limit from.
  public enum HopLimit: Hashable, Sendable {
    /// Always this one where it leaves.
    case fixed(UInt8)
    /// That of the packet that provoked it, as it is here.
    case copied
    /// That of the host's packets, as they pass here.
    case mimicked
  }

  /// Whom it resets.
  public enum Direction: Hashable, Sendable {
    case client, server, both
  }

  /// What it looks for; empty for any segment with content.
  public var text: [UInt8]
  /// The hop limit of its resets.
  public var hopLimit = HopLimit.fixed(64)
  /// Whom it resets.
  public var direction = Direction.client
  /// Its resets' identification; nil copies that of the packet that provoked it.
  public var identification: UInt16? = 0x1d3f
  /// Their window; nil copies.
  public var window: UInt16? = 0
  /// How far the sequence numbers of its resets lie beyond what the client expects, one each.
  public var offsets = [0]
  /// Whether its resets carry ACK.
  public var acknowledges = true
  /// How long it takes.
  public var delay = Duration.zero
  /// Whether the content goes no further.
  public var isInLine = false
  /// Whether it forges resets at all, or keeps back alone.
  public var forges = true
  /// How long endpoints stay blocked afterwards.
  public var residual = Duration.zero
  /// Whether what is blocked afterwards are all segments, of old connections too, not SYNs and content.
  public var blocksEverything = false
  /// Whether it acts on FINs and not on content.
  public var watchesFIN = false
  /// Whether it acts on the last segment of the handshake.
  public var watchesHandshake = false
  /// How often each of its resets is sent.
  public var copies = 1
  /// What its resets carry.
  public var payload: [UInt8] = []
  /// Whether it looks before its router counts hops, as a tap on the line does.
  public var actsBeforeRouting: Bool

  private var blockedUntil = Moment(nanoseconds: .min)
  private var hostHopLimit: UInt8 = 64

  /// Makes a device.
  public init(text: String, isTap: Bool = true) {
    self.text = Array(text.utf8)
    actsBeforeRouting = isTap
  }

  /// Decides about a packet.
  public mutating func treat(
    _ packet: Packet, _ way: Way, at site: inout Site, now: Moment
  ) -> Treatment {
    guard let header = packet.tcp, packet.anomalies.isEmpty else { return .pass(packet) }
    guard way == .towardsHost else {
      hostHopLimit = packet.network.hopLimit - (actsBeforeRouting ? 1 : 0)
      return .pass(packet)
    }
    let isBlocked =
      now < blockedUntil
      && (blocksEverything || header.flags.contains(.syn) || packet.payload.count > 1)
    let isProvoked = minds(packet, header)
    guard isProvoked || isBlocked, !header.flags.contains(.reset) else { return .pass(packet) }
    if isProvoked { blockedUntil = max(blockedUntil, now + residual) }
    var treatment = Treatment(onward: isInLine ? nil : packet)
    guard forges else { return treatment }
    if direction != .server {
      treatment.answers = (0..<copies).flatMap { copy in
        offsets.map {
          Emission(reset(of: packet, header, $0), after: delay + .microseconds(10 * copy))
        }
      }
    }
    if direction != .client, let killed = serverReset(packet, header) { treatment.onward = killed }
    return treatment
  }

  private func minds(_ packet: Packet, _ header: TCPHeader) -> Bool {
    if watchesFIN { return header.flags.contains(.fin) }
    if watchesHandshake { return header.flags == .acknowledgement && packet.payload.isEmpty }
    return !text.isEmpty && packet.payload.contains(text)
  }

  private func reset(of packet: Packet, _ asked: TCPHeader, _ offset: Int) -> Packet {
    var fields = AnswerHeader()
    fields.hopLimit =
      switch hopLimit {
      case .fixed(let value): value
      case .copied: packet.network.hopLimit
      case .mimicked: hostHopLimit
      }
    fields.identification = identification ?? packet.network.identification ?? 0
    let isSYN = asked.flags.contains(.syn)
    let header = TCPHeader(
      sourcePort: asked.destinationPort, destinationPort: asked.sourcePort,
      sequence: isSYN ? SequenceNumber(0) : asked.acknowledgement + offset,
      acknowledgement: acknowledges
        ? asked.sequence + packet.payload.count + (isSYN ? 1 : 0) : SequenceNumber(0),
      flags: acknowledges ? [.reset, .acknowledgement] : .reset, window: window ?? asked.window)
    return Packet(network: fields.answering(packet), tcp: header, payload: payload)
  }

  /// The packet that provoked it, as a reset of the client in its place.
  private func serverReset(_ packet: Packet, _ asked: TCPHeader) -> Packet? {
    var header = asked
    header.flags = .reset
    header.options = []
    header.dataOffset = 5
    header.acknowledgement = SequenceNumber(0)
    // Its own packet, whose hop limit does not end where that of the content does.
    var killed = Packet(network: packet.network, tcp: header)
    killed.rewriteHeader { network in
      switch network {
      case .ipv4(var header):
        header.hopLimit = 64
        network = .ipv4(header)
      case .ipv6(var header):
        header.hopLimit = 64
        network = .ipv6(header)
      }
    }
    return killed
  }
}
