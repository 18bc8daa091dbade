import FuzzDriver
import RSTCore
import RSTWire

/// ICMP and ICMPv6 messages, with a network header around them that is right: the first octet is the
/// family, the rest the message.
@main struct QuoteFuzzer {
  static func main() { FuzzDriver.run(broken) }

  private static let source4: UInt32 = 0xc000_0201
  private static let source6 = UInt128(0x2001_0db8) << 96 | 1

  private static func broken(_ input: [UInt8]) -> String? {
    var supply = Supply(input)
    let isIPv4 = supply.octet() & 1 == 0
    var message = supply.octets(atMost: 1_200)
    let header = network(isIPv4, length: message.count)
    if message.count >= 4 { mendChecksum(of: &message, isIPv4) }
    guard let packet = Packet(datagram: header + message) else { return "no network header" }
    guard message.count >= 4 else { return packet.icmp == nil ? nil : "a message of nothing" }
    guard packet.anomalies.isEmpty else { return "\(packet.anomalies)" }
    guard let read = packet.icmp else { return "no message" }
    guard read.encoded() == message else { return "a message that encodes differently" }
    let refusal = ICMPRefusal(read, family: packet.network.source.family)
    if case .error(let quote) = read.body {
      if let broken = broken(quote, in: read, of: message) { return broken }
    } else if case .echo = read.body, refusal != nil {
      return "an echo that refuses"
    }
    return FuzzDriver.isShowable(packet.summary) ? brokenExplaining(packet) : "summary"
  }

  private static func broken(
    _ quote: QuotedPacket, in message: ICMPMessage, of octets: [UInt8]
  ) -> String? {
    guard octets[8...].starts(with: quote.octets) else { return "a quote of something else" }
    if quote.segmentStart != nil, quote.echo != nil { return "a segment that is an echo" }
    if let header = quote.tcp {
      guard let start = quote.segmentStart else { return "a header without its start" }
      guard start.sourcePort == header.sourcePort, start.sequence == header.sequence,
        start.destinationPort == header.destinationPort
      else { return "a header other than its start" }
    }
    // The same quote in a message without padding is read as the same.
    let again = ICMPMessage.error(
      type: message.type, code: message.code, quoting: quote.octets, limit: .max)
    guard case .error(let quoted) = again.body, quoted == quote else {
      return "a quote that reads differently alone"
    }
    return nil
  }

  /// Whatever is quoted belongs to one connection at most, and makes none.
  private static func brokenExplaining(_ packet: Packet) -> String? {
    var explainer = Explainer(capacity: 4, selection: .all)
    let syn = CapturedSegment(
      source: packet.network.destination, destination: packet.network.source, sourcePort: 40_000,
      destinationPort: 80, sequence: SequenceNumber(1), flags: .syn)
    var given = 0
    func count(_ explained: ExplainedConnection) {
      given += 1 + explained.connection.errors.count / 2
    }
    explainer.take(syn, frame: 1, at: Moment(nanoseconds: 0), give: count)
    explainer.take(packet, frame: 2, at: Moment(nanoseconds: 1))
    explainer.finish(give: count)
    return given == 1 ? nil : "\(given) connections of one SYN"
  }

  /// A header that carries so many octets of ICMP.
  private static func network(_ isIPv4: Bool, length: Int) -> [UInt8] {
    let source: IPAddress =
      isIPv4 ? .v4(IPv4Address(rawValue: source4)) : .v6(IPv6Address(rawValue: source6))
    let destination: IPAddress =
      isIPv4 ? .v4(IPv4Address(rawValue: source4 + 1)) : .v6(IPv6Address(rawValue: source6 + 1))
    // One that carries an echo is made, and its lengths made those of the message.
    let echo = ICMPMessage(
      type: isIPv4 ? 8 : 128, code: 0,
      body: .echo(
        identifier: 0, sequence: 0, data: [UInt8](repeating: 0, count: max(0, length - 8))))
    let header: NetworkHeader =
      switch (source, destination) {
      case (.v4(let source), .v4(let destination)):
        .ipv4(IPv4Header(source: source, destination: destination))
      case (.v6(let source), .v6(let destination)):
        .ipv6(IPv6Header(source: source, destination: destination))
      default: preconditionFailure("two families")
      }
    var octets = Array(Packet(network: header, icmp: echo).octets.prefix(isIPv4 ? 20 : 40))
    guard length < 8 else { return octets }
    if isIPv4 {
      octets[3] = UInt8(20 + length)
      (octets[10], octets[11]) = (0, 0)
      let sum = InternetChecksum.of(octets.span)
      (octets[10], octets[11]) = (UInt8(sum >> 8), UInt8(truncatingIfNeeded: sum))
    } else {
      octets[5] = UInt8(length)
    }
    return octets
  }

  private static func mendChecksum(of message: inout [UInt8], _ isIPv4: Bool) {
    (message[2], message[3]) = (0, 0)
    var sum =
      isIPv4
      ? InternetChecksum()
      : InternetChecksum(
        source: .v6(IPv6Address(rawValue: source6)),
        destination: .v6(IPv6Address(rawValue: source6 + 1)), protocolNumber: 58,
        length: message.count)
    sum.add(message.span)
    (message[2], message[3]) = (UInt8(sum.value >> 8), UInt8(truncatingIfNeeded: sum.value))
  }
}
