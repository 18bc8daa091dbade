import FuzzDriver
import RSTCore
import RSTWire

/// Makes segments of a few octets each: few endpoints and small numbers, so that they belong together.
struct Tape {
  /// When the last segment was captured.
  private(set) var moment = Moment(nanoseconds: 0)
  /// Whether the last segment was not captured itself, but quoted by an ICMP error.
  private(set) var isQuoted = false
  private var code: UInt8 = 0

  private let client: IPAddress
  private let server: IPAddress

  init(isIPv4: Bool) {
    client = isIPv4 ? .v4(IPv4Address(rawValue: 0xc000_0201)) : Self.address6(1)
    server = isIPv4 ? .v4(IPv4Address(rawValue: 0xc633_640a)) : Self.address6(2)
  }

  private static func address6(_ number: UInt128) -> IPAddress {
    .v6(IPv6Address(rawValue: 0x2001_0db8 << 96 | number))
  }

  private static let flags: [TCPFlags] = [
    .syn, [.syn, .acknowledgement], .acknowledgement, [.acknowledgement, .push], .reset,
    [.reset, .acknowledgement], [.fin, .acknowledgement], .fin,
  ]
  private static let lengths = [0, 0, 0, 1, 100, 1_448, 65_000, 0]
  private static let windows: [UInt16] = [0, 1, 512, 65_535]
  private static let hopLimits: [UInt8] = [64, 63, 60, 128, 255, 1, 0, 61]
  /// Nanoseconds to the segment before; now and then it was captured earlier.
  private static let steps: [Int64] = [
    0, 1_000, 500_000, 20_000_000, 1_000_000_000, 61_000_000_000, 7_200_000_000_000, -5_000_000,
  ]

  /// The next segment of twelve octets.
  mutating func segment(from supply: inout Supply) -> CapturedSegment {
    let (way, kind, shape) = (supply.octet(), supply.octet(), supply.octet())
    let isClients = way & 1 == 0
    let port = 40_000 + UInt16(way >> 1 & 3)
    let servers: UInt16 = way & 8 == 0 ? 80 : 443
    isQuoted = way & 0xf0 == 0xf0
    code = kind
    let flags = kind & 0x80 == 0 ? Self.flags[Int(kind & 7)] : TCPFlags(rawValue: kind & 0x7f)
    moment = Moment(nanoseconds: max(0, moment.nanoseconds + Self.steps[Int(shape & 7)]))
    var options = CapturedSegment.Options()
    let look = supply.octet()
    let clock = supply.octet()
    if look & 1 != 0 {
      options.timestamps = .init(value: UInt32(clock), echo: UInt32(supply.octet()))
      options.length = 12
    }
    if flags.contains(.syn) {
      options.maximumSegmentSize = look & 2 == 0 ? 1_460 : nil
      options.windowScale = look & 4 == 0 ? clock & 15 : nil
    }
    let length = Self.lengths[Int(shape >> 3 & 7)]
    let isIPv4 = client.family == .ipv4
    return CapturedSegment(
      source: isClients ? client : server, destination: isClients ? server : client,
      sourcePort: isClients ? port : servers, destinationPort: isClients ? servers : port,
      sequence: number(supply.uint16(), isClients: isClients),
      acknowledgement: number(supply.uint16(), isClients: !isClients), flags: flags,
      reserved: look >> 6, window: Self.windows[Int(shape >> 6)], payloadLength: length,
      payloadDigest: length == 0 ? 0 : UInt64(clock) + 1,
      hopLimit: Self.hopLimits[Int(look >> 3 & 7)], trafficClass: way & 0x10,
      identification: isIPv4 ? UInt16(supply.octet()) : nil, dontFragment: isIPv4 ? true : nil,
      options: options)
  }

  /// Near where a side begins, which is at the wrap for one of them; or 0, or anywhere.
  private func number(_ offset: UInt16, isClients: Bool) -> SequenceNumber {
    switch offset {
    case 0: SequenceNumber(0)
    case 0xf000...: SequenceNumber(UInt32(offset) << 20)
    default: SequenceNumber((isClients ? 0xffff_f000 : 5_000) &+ UInt32(offset))
    }
  }

  /// An ICMP error about a segment.
  func error(about segment: CapturedSegment) -> Packet {
    let header = TCPHeader(
      sourcePort: segment.sourcePort, destinationPort: segment.destinationPort,
      sequence: segment.sequence, flags: segment.flags)
    func packet(_ source: IPAddress, _ destination: IPAddress) -> NetworkHeader {
      switch (source, destination) {
      case (.v4(let source), .v4(let destination)):
        .ipv4(IPv4Header(source: source, destination: destination))
      case (.v6(let source), .v6(let destination)):
        .ipv6(IPv6Header(source: source, destination: destination))
      default: preconditionFailure("two families")
      }
    }
    let quoted = Packet(network: packet(segment.source, segment.destination), tcp: header)
    let type: UInt8 = client.family == .ipv4 ? (code & 8 == 0 ? 3 : 11) : (code & 8 == 0 ? 1 : 3)
    return Packet(
      network: packet(server, segment.source),
      icmp: .error(type: type, code: code & 7, quoting: quoted))
  }
}
