import RSTWire

@testable import RSTCore

/// An exchange as two captures show it, one at each end.
///
/// The first is at the client, the second at the server, three routers and 10 ms away, with a clock that is
/// five seconds ahead. Numbers are relative, as Wireshark shows them: 0 is the SYN's. Times are those of whoever sends.
struct TwoPoints {
  /// Which captures show a segment.
  enum Shown {
    case both
    /// The client's was lost; the server's was made on the way, or the second capture missed it.
    case first
    /// The other way round.
    case second
    case twiceAtFirst
    case twiceAtSecond
  }

  /// What the path, or a device on it, makes of what the second capture shows.
  var rewrite: (inout CapturedSegment) -> Void = { _ in }
  var port: UInt16 = 40_000
  var clientStart = SequenceNumber(0xffff_ff00)
  var serverStart = SequenceNumber(77_000)
  private(set) var shown: PerPoint<[Frame]> = PerPoint([], [])

  struct Frame: Sendable {
    var milliseconds: Int
    var segment: CapturedSegment
  }

  static let delay = 10
  static let clockOffset = 5_000

  mutating func client(
    _ flags: TCPFlags, _ sequence: Int, _ acknowledgement: Int = 0, length: Int = 0,
    at milliseconds: Int, _ shown: Shown = .both,
    _ change: (inout CapturedSegment) -> Void = { _ in }
  ) {
    add(.client, flags, sequence, acknowledgement, length, milliseconds, shown, change)
  }

  mutating func server(
    _ flags: TCPFlags, _ sequence: Int, _ acknowledgement: Int = 0, length: Int = 0,
    at milliseconds: Int, _ shown: Shown = .both,
    _ change: (inout CapturedSegment) -> Void = { _ in }
  ) {
    add(.server, flags, sequence, acknowledgement, length, milliseconds, shown, change)
  }

  /// SYN, SYN ACK, ACK: 30 ms.
  mutating func handshake(at milliseconds: Int = 0) {
    client(.syn, 0, at: milliseconds)
    server([.syn, .acknowledgement], 0, 1, at: milliseconds + 10)
    client(.acknowledgement, 1, 1, at: milliseconds + 20)
  }

  /// A request of 100 octets and an answer of 500, both acknowledged: 40 ms.
  mutating func exchange(at milliseconds: Int) {
    client([.acknowledgement, .push], 1, 1, length: 100, at: milliseconds)
    server([.acknowledgement, .push], 1, 101, length: 500, at: milliseconds + 10)
    client(.acknowledgement, 101, 501, at: milliseconds + 20)
  }

  /// Both close in order: 40 ms.
  mutating func close(at milliseconds: Int) {
    client([.acknowledgement, .fin], 101, 501, at: milliseconds)
    server([.acknowledgement, .fin], 501, 102, at: milliseconds + 10)
    client(.acknowledgement, 102, 502, at: milliseconds + 20)
  }

  private mutating func add(
    _ side: Side, _ flags: TCPFlags, _ sequence: Int, _ acknowledgement: Int, _ length: Int,
    _ milliseconds: Int, _ place: Shown, _ change: (inout CapturedSegment) -> Void
  ) {
    let isClient = side == .client
    var options = CapturedSegment.Options()
    if !flags.contains(.reset) {
      options.timestamps = .init(value: UInt32(milliseconds), echo: 1)
      options.length = 12
    }
    if flags.contains(.syn) { options.maximumSegmentSize = 1_460 }
    var near = CapturedSegment(
      source: isClient ? Tape.client : Tape.server,
      destination: isClient ? Tape.server : Tape.client,
      sourcePort: isClient ? port : 80, destinationPort: isClient ? 80 : port,
      sequence: (isClient ? clientStart : serverStart) + sequence,
      acknowledgement: flags.contains(.acknowledgement)
        ? (isClient ? serverStart : clientStart) + acknowledgement : .init(0),
      flags: flags, window: 500, payloadLength: length,
      payloadDigest: length > 0 ? UInt64(sequence) << 8 | UInt64(min(length, 64)) : 0, hopLimit: 64,
      identification: UInt16(truncatingIfNeeded: shown.first.count + shown.second.count + 1),
      dontFragment: true, options: options)
    change(&near)
    var far = near
    far.hopLimit -= 3
    let first = isClient ? near : far
    var second = isClient ? far : near
    rewrite(&second)
    let times =
      isClient
      ? (milliseconds, milliseconds + Self.delay) : (milliseconds + Self.delay, milliseconds)
    if place != .second { show(.first, first, times.0) }
    if place == .twiceAtFirst { show(.first, first, times.0 + 1) }
    if place != .first { show(.second, second, times.1 + Self.clockOffset) }
    if place == .twiceAtSecond { show(.second, second, times.1 + 1 + Self.clockOffset) }
  }

  /// Adds a frame to one capture alone, as it is.
  mutating func show(_ point: CapturePoint, _ segment: CapturedSegment, _ milliseconds: Int) {
    shown[point].append(Frame(milliseconds: milliseconds, segment: segment))
  }

  /// Takes frames out of one capture.
  mutating func forget(_ point: CapturePoint, _ isForgotten: (Frame) -> Bool) {
    shown[point].removeAll(where: isForgotten)
  }

  // MARK: - What is said

  private func frames(_ point: CapturePoint) -> [Frame] {
    // In the order of their times, as a capture has them.
    shown[point].enumerated()
      .sorted { ($0.element.milliseconds, $0.offset) < ($1.element.milliseconds, $1.offset) }
      .map(\.element)
  }

  private func log(_ point: CapturePoint) -> TraceLog {
    var log = TraceLog(capacity: 64)
    for (place, frame) in frames(point).enumerated() {
      log.take(frame.segment, frame: place + 1, at: Self.moment(frame))
    }
    return log
  }

  private static func moment(_ frame: Frame) -> Moment {
    Moment(nanoseconds: Int64(frame.milliseconds) * 1_000_000)
  }

  var comparison: Comparison { Comparison(first: log(.first), second: log(.second)) }

  /// The same with the files the other way round.
  var turned: Self {
    var turned = self
    turned.shown = PerPoint(shown.second, shown.first)
    return turned
  }

  /// What is explained of the first capture, in the order of first frames.
  var explained: [ExplainedConnection] {
    var explainer = Explainer(capacity: 64, selection: .all, comparison: comparison)
    var all: [ExplainedConnection] = []
    for (place, frame) in frames(.first).enumerated() {
      explainer.take(frame.segment, frame: place + 1, at: Self.moment(frame)) { all.append($0) }
    }
    explainer.finish { all.append($0) }
    return all.sorted { $0.connection.firstFrame < $1.connection.firstFrame }
  }

  /// What is said of connections beyond their resets.
  var findings: [String] {
    explained.flatMap { $0.comparison?.findings ?? [] }.map(\.finding.code.rawValue)
  }

  /// The causes and makers of all resets.
  var resets: [String] {
    explained.flatMap(\.resets).map {
      "\($0.finding.code.rawValue) \($0.finding.responder.rawValue)"
    }
  }
}
