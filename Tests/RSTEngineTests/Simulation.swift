import RSTCore
import RSTEngine
import RSTWire

/// Simulated time that source, sink and machine share; it moves when the engine waits.
final class SimulatedTime: RSTEngine.Clock {
  var now = Moment(nanoseconds: 0)

  /// The present moment in microseconds.
  var microseconds: Int64 { now.nanoseconds / 1000 }
}

/// Packets that arrive at given microseconds.
struct ScriptedSource: PacketSource {
  let time: SimulatedTime
  /// When each packet is captured, in microseconds, in order.
  var arrivals: [(at: Int64, packet: Packet)] = []
  /// When the user interrupts, in microseconds.
  var interruptedAt: Int64?

  mutating func next(until moment: Moment) throws -> Arrival {
    let limit = max(moment, time.now)
    let interrupt = interruptedAt.map { Moment(nanoseconds: $0 * 1000) }
    let arrival = arrivals.first.map { Moment(nanoseconds: $0.at * 1000) }
    if let interrupt, interrupt <= min(limit, arrival ?? limit) {
      time.now = max(time.now, interrupt)
      interruptedAt = nil
      return .interrupted
    }
    guard let arrival, arrival <= limit else {
      time.now = limit
      return .nothing
    }
    time.now = max(time.now, arrival)
    return .packet(arrivals.removeFirst().packet, at: arrival)
  }
}

/// A kernel that answers what it is told to, and takes a while.
struct ScriptedSink: PacketSink {
  let time: SimulatedTime
  /// What the kernel says to the next packets; afterwards it accepts.
  var submissions: [Submission] = []
  /// When each packet was handed over, in microseconds, and its identification.
  var sent: [(at: Int64, identification: UInt16)] = []
  /// What keeps packets from leaving, from which microsecond on.
  var delays: [(from: Int64, delay: Delay)] = []
  /// When it was asked for that, in microseconds.
  var asked: [Int64] = []
  /// How long the answer takes, in microseconds.
  var askingTakes: Int64 = 0

  mutating func delay() -> Delay {
    asked.append(time.microseconds)
    defer { time.now = Moment(nanoseconds: time.now.nanoseconds + askingTakes * 1000) }
    return delays.last { $0.from <= time.microseconds }?.delay ?? .unknown
  }

  mutating func send(_ draft: PacketDraft) throws -> Submission {
    sent.append((time.microseconds, draft.identification))
    return submissions.isEmpty ? .accepted : submissions.removeFirst()
  }
}

/// A machine that writes down what it is told.
struct ScriptedMachine: ProbeMachine {
  /// What it was told, in order.
  enum Event: Equatable {
    case began, advanced(Int64), received(UInt16, at: Int64), refused(Refusal), interrupted
  }

  /// Identifications of the packets that it still wants sent.
  var wanted: [UInt16] = []
  /// Identifications of the packets that it wants sent after the first refusal.
  var wantedLater: [UInt16] = []
  /// The deadlines that it names one after the other, in microseconds.
  var deadlines: [Int64] = []
  /// After so many packets it is finished; nil when only the deadlines end it.
  var finishesAfter: Int?
  /// What it wants sent once it is finished.
  var farewell: [UInt16] = []
  var events: [Event] = []
  private(set) var wasInterrupted = false

  init(
    wanted: [UInt16] = [], deadlines: [Int64] = [], finishesAfter: Int? = nil,
    farewell: [UInt16] = []
  ) {
    self.wanted = wanted
    self.deadlines = deadlines
    self.finishesAfter = finishesAfter
    self.farewell = farewell
  }

  var isFinished: Bool {
    let count = events.count { if case .received = $0 { true } else { false } }
    return wasInterrupted || finishesAfter.map { count >= $0 } ?? deadlines.isEmpty
  }

  var deadline: Moment? { deadlines.first.map { Moment(nanoseconds: $0 * 1000) } }

  mutating func begin(at now: Moment) { events.append(.began) }

  /// Our own packet, captured with its identification, is how a packet is seen leaving.
  func hasLeft(_ transmission: Transmission) -> Bool {
    events.contains {
      if case .received(transmission.draft.identification, _) = $0 { true } else { false }
    }
  }

  mutating func nextTransmission(at now: Moment) -> Transmission? {
    if isFinished { wanted = [] }
    let identification: UInt16? =
      if !wanted.isEmpty {
        wanted.removeFirst()
      } else if isFinished, !farewell.isEmpty {
        farewell.removeFirst()
      } else {
        nil
      }
    return identification.map { Transmission(draft: .numbered($0), attempt: Int($0)) }
  }

  mutating func received(_ packet: Packet, at moment: Moment) {
    events.append(
      .received(packet.network.identification ?? 0, at: moment.nanoseconds / 1000))
  }

  mutating func refused(_ transmission: Transmission, reason: Refusal, at now: Moment) {
    events.append(.refused(reason))
    wanted += wantedLater
    wantedLater = []
  }

  mutating func advance(to now: Moment) {
    events.append(.advanced(now.nanoseconds / 1000))
    deadlines.removeAll { $0 * 1000 <= now.nanoseconds }
  }

  mutating func interrupt(at now: Moment) {
    events.append(.interrupted)
    wasInterrupted = true
  }
}

extension PacketDraft {
  /// A bare SYN that its identification tells apart.
  static func numbered(_ identification: UInt16) -> PacketDraft {
    PacketDraft(
      source: .v4(IPv4Address(rawValue: 0xc000_0201)),
      destination: .v4(IPv4Address(rawValue: 0xc000_0202)), identification: identification,
      content: .segment(
        SegmentDraft(
          sourcePort: 40000, destinationPort: 7, sequence: SequenceNumber(1), flags: .syn)))
  }
}

extension Packet {
  /// A packet that its identification tells apart.
  static func numbered(_ identification: UInt16) -> Packet {
    Packet(
      network: .ipv4(
        IPv4Header(
          identification: identification, source: IPv4Address(rawValue: 0xc000_0202),
          destination: IPv4Address(rawValue: 0xc000_0201))),
      transport: .other(protocolNumber: 6))
  }
}
