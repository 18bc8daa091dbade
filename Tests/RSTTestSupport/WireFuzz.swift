internal import RSTWire

/// A seeded fuzzer of everything in RSTWire that reads octets or text of others.
///
/// A crash ends the program; what is merely wrong is counted and described.
public enum WireFuzz {
  /// What a run met.
  public struct Outcome: Sendable {
    /// How many inputs were given.
    public var inputs = 0
    /// How many were read as a TCP segment.
    public var segments = 0
    /// How many were read as an ICMP or ICMPv6 message.
    public var messages = 0
    /// How many had a network header only.
    public var others = 0
    /// How many had no readable network header.
    public var refused = 0
    /// How many were read without any anomaly.
    public var clean = 0
    /// How many segments the reader of captured frames found in every fourth input.
    public var capturedSegments = 0
    /// How many parts of datagrams it found that did not complete one.
    public var capturedFragments = 0
    /// The first twenty broken invariants, each with the octets that broke it.
    public var failures: [String] = []
  }

  /// Gives `inputs` inputs to the readers and checks what they make of them.
  ///
  /// Nine of ten are mutated valid frames of every link type, the tenth is noise. The same seed
  /// gives the same inputs.
  public static func run(inputs: Int, seed: UInt64) -> Outcome {
    var generator = SeededGenerator(seed: seed)
    var mutator = WireFuzzMutator()
    var reader = CapturedFrameReader()
    var outcome = Outcome()
    for index in 0..<inputs {
      outcome.inputs += 1
      let frame = mutator.frame(using: &generator)
      let packet = Packet(
        link: frame.link, octets: frame.octets.span, originalLength: frame.originalLength)
      outcome.count(packet)
      var broken = packet.flatMap { brokenInvariant(of: $0, in: frame) }
      broken =
        broken
        ?? WireAgreement.difference(
          link: frame.link, octets: frame.octets.span, originalLength: frame.originalLength)
      if index % 16 == 0 {
        broken = broken ?? packet.flatMap(brokenText) ?? brokenReader(of: frame.octets)
      }
      if index % 4 == 0 {
        reader.read(
          link: frame.link, octets: frame.octets.span, originalLength: frame.originalLength,
          at: Int64(index)
        ) { captured, octets in outcome.count(captured, in: octets) }
      }
      if let broken, outcome.failures.count < 20 {
        outcome.failures.append("input \(index), \(broken): \(frame)")
      }
    }
    return outcome
  }

  /// The invariants of every packet that can be read, in the order of its layers.
  private static func brokenInvariant(
    of packet: Packet, in frame: WireFuzzMutator.Frame
  ) -> String? {
    if packet.octets.count > frame.octets.count { return "more octets than there were" }
    if packet.anomalies.count != Set(packet.anomalies).count { return "an anomaly twice" }
    switch packet.network {
    case .ipv4(let header):
      if header.options.count % 4 != 0 || header.options.count > 40 { return "IPv4 options" }
      if header.fragmentOffset > 0x1fff { return "fragment offset" }
    case .ipv6(let header):
      if header.flowLabel > 0xf_ffff { return "flow label" }
    }
    switch packet.transport {
    case .tcp(let header, let payload):
      if header.reserved > 15 || !(5...15).contains(header.dataOffset) { return "data offset" }
      let octets = packet.network.encoded() + header.encoded() + payload
      if octets != packet.octets { return "a segment that encodes differently" }
    case .icmp(let message):
      if packet.network.encoded() + message.encoded() != packet.octets {
        return "a message that encodes differently"
      }
      if case .error(let quoted) = message.body, quoted.segmentStart == nil, quoted.tcp != nil {
        return "a quoted header without its start"
      }
    case .other: break
    }
    if packet.anomalies.isEmpty {
      var again = Packet(datagram: packet.octets)
      again?.linkSource = packet.linkSource
      if again != packet { return "a clean datagram that reads differently alone" }
    }
    return nil
  }

  /// The texts of a packet are printable and can be read again.
  private static func brokenText(of packet: Packet) -> String? {
    if !packet.summary.utf8.allSatisfy({ (0x20...0x7e).contains($0) }) { return "summary" }
    let addresses = [packet.network.source, packet.network.destination]
    for address in addresses where IPAddress(address.description) != address {
      return "address text \(address)"
    }
    return nil
  }

  /// The readers that take octets or text without a packet around them.
  private static func brokenReader(of octets: [UInt8]) -> String? {
    for start in stride(from: 0, to: octets.count, by: 7) {
      let area = Array(octets[start...].prefix(40))
      if let route = IPv4Option.recordedRoute(in: area), route.count > 9 { return "route" }
    }
    let alphabet = Array("0123456789abcdefF:::::..% ")
    let text = String(octets.suffix(12).map { alphabet[Int($0) % alphabet.count] })
    if let address = IPv6Address(text), IPv6Address(address.description) != address {
      return "address text \(text)"
    }
    return nil
  }
}

extension WireFuzz.Outcome {
  fileprivate mutating func count(_ packet: Packet?) {
    switch packet?.transport {
    case .tcp: segments += 1
    case .icmp: messages += 1
    case .other: others += 1
    case nil: refused += 1
    }
    if packet?.anomalies.isEmpty == true { clean += 1 }
  }

  fileprivate mutating func count(_ frame: CapturedFrame, in octets: Span<UInt8>) {
    switch frame {
    case .segment(_, let place):
      capturedSegments += 1
      if Packet(place, of: octets)?.tcp == nil { failures.append("a segment that is not there") }
    case .fragment: capturedFragments += 1
    case .icmp, .other, .unreadable: break
    }
  }
}
