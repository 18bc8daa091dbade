public import RSTCore
public import RSTWire

/// A third party that sees SYNs to a port pass and forges resets beside the host's answer.
public struct Injector: Middlebox {
  /// The port it is after.
  public var port: UInt16
  /// The initial hop limit of its resets.
  public var hopLimit: UInt8 = 64
  /// The identification of its resets; nil copies the SYN's.
  public var identification: UInt16? = 0
  /// How long it takes.
  public var delay = Duration.zero
  /// How many copies it sends.
  public var copies = 1
  /// Whether its resets acknowledge nothing and carry sequence number 0.
  public var isBare = false

  /// Makes an injector.
  public init(port: UInt16) { self.port = port }

  /// It listens on the wire.
  public var actsBeforeRouting: Bool { true }

  /// Decides about a packet.
  public mutating func treat(
    _ packet: Packet, _ way: Way, at site: inout Site, now: Moment
  ) -> Treatment {
    guard way == .towardsHost, PacketMatch.syn(to: port).matches(packet),
      !packet.anomalies.contains(.badChecksum),
      var reset = packet.tcp?.reset(payload: packet.payload.count)
    else { return .pass(packet) }
    if isBare {
      reset.flags = .reset
      reset.acknowledgement = SequenceNumber(0)
    }
    var fields = AnswerHeader(hopLimit: hopLimit)
    fields.identification = identification ?? packet.network.identification ?? 0
    let forged = Packet(network: fields.answering(packet), tcp: reset)
    return Treatment(
      onward: packet,
      answers: (0..<copies).map { Emission(forged, after: delay + .microseconds(50 * $0)) })
  }
}
