import RSTWire

/// How a connection ended, or did not.
public struct CloseObservation: Hashable, Sendable {
  /// The attempt in the transcript.
  public var attempt: Int
  /// Whether our FIN came first.
  public var isOursFirst: Bool
  /// Whether our FIN was acknowledged.
  public var isAcknowledged: Bool
  /// The peer's FIN: index.
  public var fin: Int?
  /// Resets before or in place of a FIN: indexes.
  public var resetsBefore: [Int]
  /// Resets behind the FIN, too soon for an answer to our acknowledgement of it: indexes.
  public var resetsBehind: [Int]
  /// What data drew that was sent after both sides had closed: a reset, an ACK or nothing.
  public var afterClose: Int?
  /// From our FIN to the peer's FIN or reset.
  public var delay: Duration?
  /// Octets that the service sent before.
  public var octets: Int
  /// Our packets: indexes.
  public var packets: [Int]
}

/// Whether a service answers an orderly close of ours with a FIN, a reset or not at all.
///
/// Where both sides closed, an octet of data follows: whoever has forgotten the connection resets
/// it. RFC 9293, section 3.6.
struct CloseExperiment: Experiment {
  let name = "close"
  let summary = "a connection that we close first"

  /// How long a service may take to close after us: the rest keep the connection half-closed.
  static let patience = Duration.milliseconds(400)

  private var phase = Phase.closing
  private var closed: Moment?
  private var seen: [Answer] = []
  private var fin: Answer?
  private var before: [Answer] = []
  private var behind: [Answer] = []
  private var afterClose: Answer?
  private var asks = 0

  private enum Phase {
    case closing
    case waiting
    case lingering
    case asking
    case over
  }

  var options: ClientConnection.Options {
    var options = ClientConnection.Options()
    options.acknowledgesFIN = true
    options.isReading = true
    return options
  }

  func remainder(of bench: Bench) -> [any Experiment] {
    bench.observed.closes.isEmpty ? [CloseExperiment()] : []
  }

  mutating func step(_ bench: inout Bench, at now: Moment) -> Wait {
    take(bench.takeAnswers(), roundTrip: bench.patience.roundTrip)
    switch phase {
    case .closing:
      closed = now
      bench.connection.close(at: now)
      phase = .waiting
      return .answer(until: now + Self.patience)
    case .waiting:
      if !before.isEmpty { return finish(&bench) }
      if fin != nil {
        phase = .lingering
        return .time(now + bench.patience.timeout)
      }
      let end = (closed ?? now) + Self.patience
      return now < end ? .answer(until: end) : finish(&bench)
    case .lingering, .asking:
      // Our last ACK has arrived by now: the peer is closed, or in TIME-WAIT where it closed first.
      if phase == .asking, afterClose != nil || asks >= bench.patience.proof {
        return finish(&bench)
      }
      phase = .asking
      asks += 1
      bench.send(
        bench.connection.segment(
          [.acknowledgement, .push], sequence: bench.connection.nextSequence, payload: [0x0a]),
        "data after the close")
      return .answer(until: now + bench.patience.timeout)
    case .over:
      return .nothing
    }
  }

  private mutating func take(_ answers: [Answer], roundTrip: Duration) {
    for answer in answers {
      if phase == .asking {
        if afterClose == nil, !answer.header.flags.contains(.fin) { afterClose = answer }
      } else if answer.header.flags.contains(.fin) {
        fin = fin ?? answer
      } else if answer.isReset {
        if let fin {
          // Later ones are for our last acknowledgement, which came when all was forgotten.
          if answer.moment - fin.moment < roundTrip * 4 / 5 { behind.append(answer) }
        } else {
          before.append(answer)
        }
      }
      seen.append(answer)
    }
  }

  private mutating func finish(_ bench: inout Bench) -> Wait {
    phase = .over
    let end = fin ?? before.first
    bench.observed.closes.append(
      CloseObservation(
        attempt: bench.attempt, isOursFirst: true,
        isAcknowledged: bench.connection.isFINAcknowledged, fin: fin?.index,
        resetsBefore: before.map(\.index), resetsBehind: behind.map(\.index),
        afterClose: afterClose?.index,
        delay: end.flatMap { end in closed.map { end.moment - $0 } },
        octets: bench.connection.receivedCount, packets: bench.takeSent()))
    return .nothing
  }
}
