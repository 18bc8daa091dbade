import RSTCore
import RSTWire

// MARK: - What was seen

extension JSONReport {
  func packet(_ record: RecordedPacket) -> JSONValue {
    let network = record.packet.network
    let tcp = record.packet.tcp
    return .record([
      "index": JSONValue(record.index),
      "time": seconds(record.moment),
      "time_ns": .string("\(record.moment.nanoseconds)"),
      "direction": .string(record.direction.rawValue),
      "attempt": JSONValue(record.attempt),
      "source": .string("\(network.source)"),
      "destination": .string("\(network.destination)"),
      "protocol": JSONValue(Self.protocolNumber(of: network)),
      "ttl": JSONValue(network.hopLimit),
      "ip_id": JSONValue(network.identification),
      "df": JSONValue(network.dontFragment),
      "traffic_class": JSONValue(network.trafficClass),
      "flow_label": JSONValue(network.flowLabel),
      "ip_options": Self.networkOptions(of: network),
      "source_port": JSONValue(tcp?.sourcePort),
      "destination_port": JSONValue(tcp?.destinationPort),
      "flags": JSONValue(tcp.map { $0.flags.description }),
      "reserved": JSONValue(tcp?.reserved),
      "sequence": JSONValue(tcp?.sequence.rawValue),
      "acknowledgement": JSONValue(tcp?.acknowledgement.rawValue),
      "window": JSONValue(tcp?.window),
      "urgent_pointer": JSONValue(tcp?.urgentPointer),
      "options": .array((tcp?.options ?? []).map(Self.option)),
      "payload_length": JSONValue(tcp == nil ? nil : record.packet.payload.count),
      "icmp": record.packet.icmp.map(Self.message) ?? .null,
      "anomalies": .array(record.packet.anomalies.map { .string($0.rawValue) }),
      "note": .string(record.note),
    ])
  }

  private static func protocolNumber(of network: NetworkHeader) -> UInt8 {
    switch network {
    case .ipv4(let header): header.protocolNumber
    case .ipv6(let header): header.protocolNumber
    }
  }

  /// The IPv4 options or IPv6 extension headers in hexadecimal; null where there are none.
  private static func networkOptions(of network: NetworkHeader) -> JSONValue {
    let octets =
      switch network {
      case .ipv4(let header): header.options
      case .ipv6(let header): header.extensionOctets
      }
    return octets.isEmpty ? .null : JSONValue(hexadecimal: octets)
  }

  private static func option(_ option: TCPOption) -> JSONValue {
    switch option {
    case .endOfList: named("end-of-list", kind: 0)
    case .noOperation: named("no-operation", kind: 1)
    case .maximumSegmentSize(let size):
      named("maximum-segment-size", kind: 2, .init("octets", JSONValue(size)))
    case .windowScale(let shift): named("window-scale", kind: 3, .init("shift", JSONValue(shift)))
    case .selectiveAcknowledgementPermitted: named("sack-permitted", kind: 4)
    case .timestamps(let value, let echo):
      named(
        "timestamps", kind: 8, .init("value", JSONValue(value)), .init("echo", JSONValue(echo)))
    case .other(let kind, let data):
      named("other", kind: kind, .init("data", JSONValue(hexadecimal: data)))
    }
  }

  private static func named(
    _ name: String, kind: UInt8, _ members: JSONValue.Member...
  ) -> JSONValue {
    .object([.init("name", .string(name)), .init("kind", JSONValue(kind))] + members)
  }
}

// MARK: - ICMP

extension JSONReport {
  private static func message(_ message: ICMPMessage) -> JSONValue {
    var echo = JSONValue.null
    var quote = JSONValue.null
    switch message.body {
    case .echo(let identifier, let sequence, _):
      echo = .record([
        "identifier": JSONValue(identifier), "sequence": JSONValue(sequence),
      ])
    case .error(let packet): quote = quoted(packet)
    case .other: break
    }
    return .record([
      "type": JSONValue(message.type), "code": JSONValue(message.code), "echo": echo,
      "quoted": quote,
    ])
  }

  /// The packet as it looked at the hop that answered: what differs from the one that we sent was
  /// rewritten on the way.
  private static func quoted(_ quote: QuotedPacket) -> JSONValue {
    let network = quote.network
    let tcp = quote.tcp
    return .record([
      "source": .string("\(network.source)"),
      "destination": .string("\(network.destination)"),
      "protocol": JSONValue(protocolNumber(of: network)),
      "ttl": JSONValue(network.hopLimit),
      "ip_id": JSONValue(network.identification),
      "traffic_class": JSONValue(network.trafficClass),
      "flow_label": JSONValue(network.flowLabel),
      "source_port": JSONValue(quote.segmentStart?.sourcePort ?? tcp?.sourcePort),
      "destination_port": JSONValue(quote.segmentStart?.destinationPort ?? tcp?.destinationPort),
      "sequence": JSONValue(quote.segmentStart?.sequence.rawValue ?? tcp?.sequence.rawValue),
      "acknowledgement": JSONValue(tcp?.acknowledgement.rawValue),
      "flags": JSONValue(tcp.map { $0.flags.description }),
      "window": JSONValue(tcp?.window),
      "options": .array((tcp?.options ?? []).map(option)),
      "length": JSONValue(quote.octets.count),
    ])
  }
}
