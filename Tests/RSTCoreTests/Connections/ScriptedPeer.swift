import RSTCore
import RSTWire

/// A server as small as it can be.
///
/// It takes what comes in order, and repeats everything from the oldest unacknowledged octet on. It
/// shares no code with the client.
struct ScriptedPeer {
  /// What it has to say; a FIN follows.
  let speech: [UInt8]
  /// What it was told, in order.
  private(set) var heard: [UInt8] = []
  /// Whether it has heard the client's FIN and had its own acknowledged.
  private(set) var isDone = false
  /// When it repeats what is not acknowledged; nil where nothing is out.
  private(set) var timer: Moment?
  /// Segments on their way out.
  var outgoing: [(header: TCPHeader, payload: [UInt8])] = []

  private let start = SequenceNumber(77_000)
  private var expected: SequenceNumber?
  /// How much of SYN, speech and FIN is acknowledged: 0 before the SYN is.
  private var acknowledged = 0
  /// How much of it was said, counted alike.
  private var said = 0
  private var window = 0
  private var hasHeardFIN = false
  private static let segmentSize = 300

  init(speech: [UInt8]) { self.speech = speech }

  /// Takes a segment.
  mutating func received(_ segment: SegmentDraft, at now: Moment) {
    if segment.flags == .syn {
      expected = segment.sequence + 1
      if acknowledged == 0 { repeatAll(at: now) }
      return
    }
    guard let awaited = expected, segment.flags.contains(.acknowledgement) else { return }
    window = Int(segment.window)
    if !segment.payload.isEmpty || segment.flags.contains(.fin) {
      if segment.sequence == awaited {
        heard += segment.payload
        hasHeardFIN = segment.flags.contains(.fin)
        expected = awaited + segment.payload.count + (hasHeardFIN ? 1 : 0)
      }
      send(.acknowledgement, at: start + max(acknowledged, 1))
    }
    let number = segment.acknowledgement.distance(from: start)
    if number > acknowledged {
      acknowledged = number
      said = max(said, number)
      timer = now + .milliseconds(250)
      sayMore()
    }
    if acknowledged == speech.count + 2 { timer = nil }
    isDone = hasHeardFIN && timer == nil && acknowledged > 0
  }

  /// Repeats what is due.
  mutating func advance(to now: Moment) {
    if let timer, timer <= now { repeatAll(at: now) }
  }

  private mutating func repeatAll(at now: Moment) {
    timer = now + .milliseconds(250)
    said = acknowledged
    if acknowledged > 0 { return sayMore() }
    send([.syn, .acknowledgement], at: start, options: [.maximumSegmentSize(536)])
  }

  /// What the client's window takes, one octet at least, and the FIN behind the last.
  private mutating func sayMore() {
    let end = min(acknowledged - 1 + max(window, 1), speech.count)
    while said - 1 < end {
      let octets = Array(speech[said - 1..<min(said - 1 + Self.segmentSize, end)])
      send([.acknowledgement, .push], at: start + said, octets)
      said += octets.count
    }
    guard said == speech.count + 1 else { return }
    send([.fin, .acknowledgement], at: start + said)
    said += 1
  }

  private mutating func send(
    _ flags: TCPFlags, at sequence: SequenceNumber, _ payload: [UInt8] = [],
    options: [TCPOption] = []
  ) {
    outgoing.append(
      (
        TCPHeader(
          sourcePort: 80, destinationPort: 20_001, sequence: sequence,
          acknowledgement: expected ?? SequenceNumber(0), flags: flags, window: 4_000,
          options: options), payload
      ))
  }
}
