public import RSTCore
public import RSTWire

/// A device on the path that answers content in the host's name: a page, a FIN, or both.
public struct ForgedPage: Middlebox {
  /// What it looks for.
  public var text: [UInt8]
  /// What it says; empty for a FIN alone.
  public var page: [UInt8]
  /// Whether a FIN is set.
  public var isFinal: Bool
  /// The hop limit of what it says.
  public var hopLimit: UInt8 = 64

  /// Makes a device.
  public init(text: String, page: String, isFinal: Bool = true) {
    self.text = Array(text.utf8)
    self.page = Array(page.utf8)
    self.isFinal = isFinal
  }

  /// It listens on the wire.
  public var actsBeforeRouting: Bool { true }

  /// Decides about a packet.
  public mutating func treat(
    _ packet: Packet, _ way: Way, at site: inout Site, now: Moment
  ) -> Treatment {
    guard way == .towardsHost, let header = packet.tcp, packet.payload.contains(text) else {
      return .pass(packet)
    }
    var flags: TCPFlags = [.acknowledgement]
    if !page.isEmpty { flags.insert(.push) }
    if isFinal { flags.insert(.fin) }
    let forged = TCPHeader(
      sourcePort: header.destinationPort, destinationPort: header.sourcePort,
      sequence: header.acknowledgement, acknowledgement: header.sequence + packet.payload.count,
      flags: flags, window: 4_096)
    var fields = AnswerHeader(hopLimit: hopLimit)
    fields.identification = 0x2222
    return Treatment(
      onward: packet,
      answers: [Emission(Packet(network: fields.answering(packet), tcp: forged, payload: page))])
  }
}
