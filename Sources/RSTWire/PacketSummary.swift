extension Packet {
  /// One line for people: endpoints, flags and numbers, network fields, and what is odd.
  public var summary: String {
    var words: [String]
    switch transport {
    case .tcp(let header, let payload):
      let source = Self.endpoint(network.source, header.sourcePort)
      let destination = Self.endpoint(network.destination, header.destinationPort)
      words = [
        "\(source) > \(destination)", header.flags.description, "seq \(header.sequence)",
        "ack \(header.acknowledgement)", "win \(header.window)",
      ]
      if !header.options.isEmpty {
        words.append("<\(header.options.map(\.summary).joined(separator: ","))>")
      }
      words.append("len \(payload.count)")
    case .icmp(let message):
      words = [
        "\(network.source) > \(network.destination)", message.summary(network.source.family),
      ]
    case .other(let number):
      words = ["\(network.source) > \(network.destination)", "protocol \(number)"]
    }
    words.append("ttl \(network.hopLimit)")
    if let identification = network.identification { words.append("id \(identification)") }
    if network.dontFragment == true { words.append("DF") }
    if let label = network.flowLabel { words.append("flow \(label)") }
    words.append("tos \(network.trafficClass)")
    if !anomalies.isEmpty {
      words.append("[\(anomalies.map(\.rawValue).joined(separator: " "))]")
    }
    return words.joined(separator: " ")
  }

  /// Address and port, an IPv6 address in brackets.
  static func endpoint(_ address: IPAddress, _ port: UInt16) -> String {
    address.family == .ipv6 ? "[\(address)]:\(port)" : "\(address):\(port)"
  }
}

extension TCPOption {
  /// A short word for the option.
  var summary: String {
    switch self {
    case .endOfList: "eol"
    case .noOperation: "nop"
    case .maximumSegmentSize(let size): "mss \(size)"
    case .windowScale(let shift): "wscale \(shift)"
    case .selectiveAcknowledgementPermitted: "sackOK"
    case .timestamps(let value, let echo): "ts \(value) \(echo)"
    case .other(let kind, let data): "kind \(kind) length \(data.count + 2)"
    }
  }
}

extension ICMPMessage {
  /// Type and code in words where they have any, and what is quoted.
  func summary(_ family: AddressFamily) -> String {
    let name = Self.name(type: type, family: family)
    let word = name.map { "icmp \($0) code \(code)" } ?? "icmp type \(type) code \(code)"
    switch body {
    case .echo(let identifier, let sequence, let data):
      return "\(word) id \(identifier) seq \(sequence) len \(data.count)"
    case .other(let octets):
      return "\(word) len \(octets.count)"
    case .error(let quoted):
      return "\(word) quoting \(quoted.summary)"
    }
  }

  private static func name(type: UInt8, family: AddressFamily) -> String? {
    switch (family, type) {
    case (.ipv4, 0), (.ipv6, 129): "echo-reply"
    case (.ipv4, 8), (.ipv6, 128): "echo-request"
    case (.ipv4, 3), (.ipv6, 1): "unreachable"
    case (.ipv4, 4): "source-quench"
    case (.ipv4, 5): "redirect"
    case (.ipv4, 11), (.ipv6, 3): "time-exceeded"
    case (.ipv4, 12), (.ipv6, 4): "parameter-problem"
    case (.ipv6, 2): "packet-too-big"
    default: nil
    }
  }
}

extension QuotedPacket {
  /// The endpoints and the sequence number as far as they are known.
  var summary: String {
    guard let start = segmentStart else {
      let numbers = echo.map { " echo-request id \($0.identifier) seq \($0.sequence)" } ?? ""
      return "\(network.source) > \(network.destination)\(numbers)"
    }
    let source = Packet.endpoint(network.source, start.sourcePort)
    let destination = Packet.endpoint(network.destination, start.destinationPort)
    return "\(source) > \(destination) seq \(start.sequence)"
  }
}
