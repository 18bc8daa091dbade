import RSTWire

@testable import RSTCore

/// A capture that a test writes down, a segment a line: 40000 asks port 80.
///
/// Numbers are relative, as Wireshark shows them: 0 is the SYN's.
struct Tape {
  var clientHopLimit: UInt8 = 64
  var serverHopLimit: UInt8 = 60
  var usesTimestamps = true
  private(set) var frames = 0
  private var explainer = Explainer(capacity: 64, selection: .all)
  private var given: [ExplainedConnection] = []

  static let clientStart = SequenceNumber(0xffff_ff00)
  static let serverStart = SequenceNumber(77_000)
  static let client = IPAddress.v4(IPv4Address(rawValue: 0xc000_0201))
  static let server = IPAddress.v4(IPv4Address(rawValue: 0xc633_640a))

  /// Where the capture was made.
  enum Vantage: Sendable { case client, server }

  /// What may differ from what is usual.
  struct Oddities {
    var port: UInt16 = 40_000
    var serverPort: UInt16 = 80
    var hopLimit: UInt8?
    var window: UInt16?
    var identification: UInt16?
    var trafficClass: UInt8 = 0
    var hasTimestamps: Bool?
    var echo: UInt32 = 1
    var reserved: UInt8 = 0
    var text: String?
    var isAbsolute = false
  }

  mutating func client(
    _ flags: TCPFlags, _ sequence: Int, _ acknowledgement: Int = 0, length: Int = 0,
    at milliseconds: Int, _ change: (inout Oddities) -> Void = { _ in }
  ) {
    add(.client, flags, sequence, acknowledgement, length, milliseconds, change)
  }

  mutating func server(
    _ flags: TCPFlags, _ sequence: Int, _ acknowledgement: Int = 0, length: Int = 0,
    at milliseconds: Int, _ change: (inout Oddities) -> Void = { _ in }
  ) {
    add(.server, flags, sequence, acknowledgement, length, milliseconds, change)
  }

  /// SYN, SYN ACK, ACK: 20 ms.
  mutating func handshake(at milliseconds: Int = 0, _ change: (inout Oddities) -> Void = { _ in }) {
    client(.syn, 0, at: milliseconds, change)
    server([.syn, .acknowledgement], 0, 1, at: milliseconds + 20, change)
    client(.acknowledgement, 1, 1, at: milliseconds + 20, change)
  }

  /// A request of 100 octets and an answer of 500, both acknowledged: 40 ms.
  mutating func exchange(at milliseconds: Int) {
    client([.acknowledgement, .push], 1, 1, length: 100, at: milliseconds)
    server([.acknowledgement, .push], 1, 101, length: 500, at: milliseconds + 20)
    client(.acknowledgement, 101, 501, at: milliseconds + 20)
  }

  private mutating func add(
    _ side: Side, _ flags: TCPFlags, _ sequence: Int, _ acknowledgement: Int, _ length: Int,
    _ milliseconds: Int, _ change: (inout Oddities) -> Void
  ) {
    var odd = Oddities()
    change(&odd)
    frames += 1
    let isClient = side == .client
    let own = isClient ? Self.clientStart : Self.serverStart
    let other = isClient ? Self.serverStart : Self.clientStart
    let isReset = flags.contains(.reset)
    var options = CapturedSegment.Options()
    if odd.hasTimestamps ?? (usesTimestamps && !isReset) {
      options.timestamps = .init(value: UInt32(milliseconds), echo: odd.echo)
      options.length = 12
    }
    let segment = CapturedSegment(
      source: isClient ? Self.client : Self.server,
      destination: isClient ? Self.server : Self.client,
      sourcePort: isClient ? odd.port : odd.serverPort,
      destinationPort: isClient ? odd.serverPort : odd.port,
      sequence: odd.isAbsolute ? SequenceNumber(UInt32(sequence)) : own + sequence,
      acknowledgement: flags.contains(.acknowledgement) ? other + acknowledgement : .init(0),
      flags: flags, reserved: odd.reserved, window: odd.window ?? (isReset ? 0 : 500),
      payloadLength: length, payloadDigest: length > 0 ? UInt64(bitPattern: Int64(sequence)) : 0,
      hopLimit: odd.hopLimit ?? (isClient ? clientHopLimit : serverHopLimit),
      trafficClass: odd.trafficClass, identification: odd.identification ?? 0, dontFragment: true,
      options: options)
    explainer.take(
      segment, frame: frames, at: Moment(nanoseconds: Int64(milliseconds) * 1_000_000),
      text: odd.text
    ) { given.append($0) }
  }

  /// What is explained, in the order of first frames.
  var explained: [ExplainedConnection] {
    var (copy, all) = (explainer, given)
    copy.finish { all.append($0) }
    return all.sorted { $0.connection.firstFrame < $1.connection.firstFrame }
  }

  /// The causes of all resets, in order.
  var causes: [String] {
    explained.flatMap(\.resets).map(\.finding.code.rawValue)
  }
}
