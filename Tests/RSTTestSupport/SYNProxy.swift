public import RSTCore
public import RSTWire

/// A device that completes handshakes before the server hears of them.
///
/// net/netfilter/nf_synproxy_core.c: the SYN ACK has window 0, identification 0 and a cookie; the
/// handshake's last ACK opens the connection to the server, and its window the client's.
public struct SYNProxy: Middlebox {
  let port: UInt16
  private var flows: [SimulatedHost.Flow: Int] = [:]
  private var opening: [SimulatedHost.Flow: SequenceNumber] = [:]

  /// Makes a proxy for one port.
  public init(port: UInt16) { self.port = port }

  /// Decides about a packet.
  public mutating func treat(
    _ packet: Packet, _ way: Way, at site: inout Site, now: Moment
  ) -> Treatment {
    guard let header = packet.tcp else { return .pass(packet) }
    switch way {
    case .towardsHost where header.destinationPort == port:
      guard packet.anomalies.isEmpty || packet.anomalies == [.reservedBits],
        let flow = SimulatedHost.Flow(packet)
      else { return .drop }
      return fromClient(header, packet, flow, site)
    case .towardsProber where header.sourcePort == port:
      return fromServer(header, packet, site)
    default: return .pass(packet)
    }
  }

  private mutating func fromClient(
    _ header: TCPHeader, _ packet: Packet, _ flow: SimulatedHost.Flow, _ site: Site
  ) -> Treatment {
    if let offset = flows[flow] {
      var moved = header
      moved.acknowledgement = header.acknowledgement - offset
      return .pass(Packet(network: packet.network, tcp: moved, payload: packet.payload))
    }
    let flags = header.flags.intersection([.syn, .fin, .reset, .acknowledgement])
    let cookie = Self.cookie(for: header)
    if flags == .syn {
      let accepted = TCPHeader(
        sourcePort: port, destinationPort: header.sourcePort, sequence: cookie,
        acknowledgement: header.sequence + 1, flags: [.syn, .acknowledgement], window: 0,
        options: [.maximumSegmentSize(1460)])
      let answer = AnswerHeader(hopLimit: site.hopLimit).answering(packet)
      return Treatment(onward: nil, answers: [Emission(Packet(network: answer, tcp: accepted))])
    }
    // Anything else of no connection is invalid; a wrong cookie too.
    guard flags == .acknowledgement, header.acknowledgement - 1 == cookie else { return .drop }
    opening[flow] = cookie
    var syn = header
    syn.flags = .syn
    syn.sequence = header.sequence - 1
    syn.acknowledgement = SequenceNumber(0)
    syn.options = [.maximumSegmentSize(1460)]
    return .pass(Packet(network: packet.network, tcp: syn))
  }

  private mutating func fromServer(
    _ header: TCPHeader, _ packet: Packet, _ site: Site
  ) -> Treatment {
    guard var flow = SimulatedHost.Flow(packet) else { return .drop }
    flow.address = packet.network.destination
    (flow.port, flow.own) = (header.destinationPort, header.sourcePort)
    var moved = header
    if let cookie = opening[flow], header.flags == [.syn, .acknowledgement] {
      opening[flow] = nil
      flows[flow] = cookie.distance(from: header.sequence)
      let last = TCPHeader(
        sourcePort: header.destinationPort, destinationPort: port,
        sequence: header.acknowledgement, acknowledgement: header.sequence + 1,
        flags: .acknowledgement, window: 502)
      let answer = AnswerHeader(hopLimit: site.hopLimit).answering(packet)
      moved.sequence = cookie + 1
      moved.flags = .acknowledgement
      moved.options = []
      return Treatment(
        onward: Packet(network: packet.network, tcp: moved),
        answers: [Emission(Packet(network: answer, tcp: last))])
    }
    guard let offset = flows[flow] else { return .pass(packet) }
    moved.sequence = header.sequence + offset
    return .pass(Packet(network: packet.network, tcp: moved, payload: packet.payload))
  }

  /// The same for a SYN and for the ACK that follows it by one.
  private static func cookie(for header: TCPHeader) -> SequenceNumber {
    let isSYN = header.flags.contains(.syn)
    var mixed = SeededGenerator(seed: UInt64(header.sourcePort) << 16 | 0x5a)
    return (isSYN ? header.sequence : header.sequence - 1) + Int(mixed.next() & 0xfff_ffff)
  }
}
