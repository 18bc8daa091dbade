import RSTTestSupport
import RSTWire

@testable import RSTCore

/// A host with timers, and a device before it that forgets: just enough of both for idle holds.
struct IdlePeer: Sendable {
  /// How the service ends a connection by itself.
  enum Ending: Sendable {
    case fin
    case reset
  }

  /// Something stateful between: after so long without a segment it knows a connection no more.
  struct Device: Sendable {
    var timeout: Duration
    /// Whether it resets what it does not know; it drops it otherwise.
    var resets = false
    /// Whether it resets the client by itself at expiry.
    var tells = false
    var hopLimit: UInt8 = 63
  }

  /// After how long the service ends a connection, counted from its beginning; by source port.
  var closesAfter: @Sendable (UInt16) -> Duration? = { _ in nil }
  var ending = Ending.fin
  /// Whether the end is lost on its way, and not repeated in time; by source port.
  var losesEnd: @Sendable (UInt16) -> Bool = { _ in false }
  /// Whether our last ACK was lost, so that the host repeats its SYN ACK after a second and begins then; by
  /// source port.
  var acceptsLate: @Sendable (UInt16) -> Bool = { _ in false }
  /// What the service says before it closes.
  var lastWords: [UInt8] = []
  /// How often the host sends a keep-alive.
  var keepAlive: Duration?
  var device: Device?
  /// When the host starts anew and knows no connection any more.
  var restart: Duration?
  /// When nothing gets through either way.
  var outage: ClosedRange<Duration>?
  /// Outages and losses on the path to the host and back.
  var loss = 0.0
  /// The hop limit of the FIN or reset that ends a connection.
  var endHopLimit: UInt8 = 62

  private var connections: [UInt16: Connection] = [:]
  private var hasRestarted = false

  private struct Connection: Sendable {
    var syn: Packet
    var sendNext: SequenceNumber
    var receiveNext: SequenceNumber
    var began: Moment
    var lastSegment: Moment
    var isForgotten = false
    var isEnded = false
    var isLate = false
    var lastKeepAlive: Moment
  }

  /// The connections that the host still knows.
  var open: Int { connections.count }

  init(_ change: (inout Self) -> Void = { _ in }) { change(&self) }

  /// When something happens by itself.
  func nextTimer(since start: Moment) -> Moment? {
    var times: [Moment] = connections.flatMap { port, known in
      [
        known.isEnded ? nil : closesAfter(port).map { known.began + $0 },
        known.isLate ? known.began + .seconds(1) : nil,
        keepAlive.map { known.lastKeepAlive + $0 },
        device.flatMap { $0.tells && !known.isForgotten ? known.lastSegment + $0.timeout : nil },
      ].compactMap(\.self)
    }
    if let restart, !hasRestarted { times.append(start + restart) }
    return times.min()
  }

  /// What the host and the device send by themselves.
  mutating func timerFired(at now: Moment, since start: Moment) -> [Packet] {
    if let restart, !hasRestarted, now >= start + restart {
      hasRestarted = true
      connections = [:]
    }
    var packets: [Packet] = []
    for (port, var known) in connections.sorted(by: { $0.key < $1.key }) {
      if known.isLate, now >= known.began + .seconds(1) {
        (known.isLate, known.began, known.lastSegment) = (false, now, now)
        known.sendNext = known.sendNext - 1
        packets.append(say([.syn, .acknowledgement], known, at: now))
        known.sendNext = known.sendNext + 1
      }
      if let device, device.tells, !known.isForgotten, now >= known.lastSegment + device.timeout {
        known.isForgotten = true
        packets.append(say([.reset], known, hopLimit: device.hopLimit))
      }
      if let time = closesAfter(port), !known.isEnded, now >= known.began + time {
        guard !losesEnd(port) else {
          known.isEnded = true
          known.sendNext = known.sendNext + 1
          connections[port] = known
          continue
        }
        if !lastWords.isEmpty {
          packets.append(say([.acknowledgement, .push], known, lastWords, at: now))
          known.sendNext = known.sendNext + lastWords.count
        }
        let flags: TCPFlags =
          ending == .fin ? [.fin, .acknowledgement] : [.reset, .acknowledgement]
        let isKnown = device.map { now - known.lastSegment <= $0.timeout } ?? true
        if isKnown { packets.append(say(flags, known, hopLimit: endHopLimit, at: now)) }
        connections[port] = nil
        continue
      }
      if let keepAlive, now >= known.lastKeepAlive + keepAlive {
        known.lastKeepAlive = now
        known.sendNext = known.sendNext - 1
        packets.append(say(.acknowledgement, known, at: now))
        known.sendNext = known.sendNext + 1
      }
      connections[port] = known
    }
    return packets
  }

  /// What a segment of ours draws.
  mutating func received(_ packet: Packet, at now: Moment) -> [Packet] {
    guard let header = packet.tcp else { return [] }
    let port = header.sourcePort
    if header.flags.contains(.syn) {
      var known =
        connections[port]
        ?? Connection(
          syn: packet, sendNext: SequenceNumber(UInt32(port) << 8),
          receiveNext: header.sequence + 1, began: now, lastSegment: now, lastKeepAlive: now)
      known.lastSegment = now
      known.isLate = acceptsLate(port)
      known.sendNext = SequenceNumber(UInt32(port) << 8)
      let answer = say([.syn, .acknowledgement], known, at: now)
      known.sendNext = known.sendNext + 1
      connections[port] = known
      return [answer]
    }
    guard var known = connections[port] else {
      // What the host has forgotten a device that drops the unknown does not let through either.
      if let device, !device.resets { return [] }
      return unknown(packet, hopLimit: device?.hopLimit ?? 62, copies: device == nil)
    }
    if let device, now - known.lastSegment > device.timeout { known.isForgotten = true }
    defer { if connections[port] != nil { connections[port] = known } }
    if known.isForgotten, let device {
      return device.resets ? unknown(packet, hopLimit: device.hopLimit, copies: false) : []
    }
    known.lastSegment = now
    if header.flags.contains(.reset) {
      connections[port] = nil
      return []
    }
    guard header.sequence.distance(from: known.receiveNext) < 0 else { return [] }
    return [say(.acknowledgement, known, at: now)]
  }

  /// RFC 9293, section 3.5.2, group 1.
  private func unknown(_ packet: Packet, hopLimit: UInt8, copies: Bool) -> [Packet] {
    var fields = AnswerHeader(hopLimit: hopLimit)
    if copies { fields.trafficClass = packet.network.trafficClass & 0xfc }
    return packet.tcp?.reset(payload: packet.payload.count).map {
      [Packet(network: fields.answering(packet), tcp: $0)]
    } ?? []
  }

  private func say(
    _ flags: TCPFlags, _ known: Connection, _ payload: [UInt8] = [], hopLimit: UInt8 = 62,
    at now: Moment? = nil
  ) -> Packet {
    let asked = known.syn.tcp
    var header = TCPHeader(
      sourcePort: asked?.destinationPort ?? 0, destinationPort: asked?.sourcePort ?? 0,
      sequence: known.sendNext, acknowledgement: known.receiveNext, flags: flags, window: 509)
    if let now {
      header.options = [
        .noOperation, .noOperation,
        .timestamps(value: UInt32(truncatingIfNeeded: now.nanoseconds / 1_000_000), echo: 1),
      ]
    }
    return Packet(
      network: AnswerHeader(hopLimit: hopLimit).answering(known.syn), tcp: header, payload: payload)
  }
}
