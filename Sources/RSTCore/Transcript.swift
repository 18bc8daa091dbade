public import RSTWire

/// Which way a recorded packet went.
public enum Direction: String, Hashable, Sendable {
  /// From us, seen leaving.
  case sent
  /// To us.
  case received
}

/// One packet of a run, as captured.
public struct RecordedPacket: Hashable, Sendable {
  /// Its place in the transcript; evidence names packets by it.
  public var index: Int
  /// When libpcap saw it.
  public var moment: Moment
  /// Which way it went.
  public var direction: Direction
  /// What it holds.
  public var packet: Packet
  /// The attempt it belongs to.
  public var attempt: Int
  /// What it means, in a few words ("SYN as an operating system sends it", "reset of the host").
  public var note: String

  /// Makes a record.
  public init(
    index: Int, moment: Moment, direction: Direction, packet: Packet, attempt: Int,
    note: String = ""
  ) {
    self.index = index
    self.moment = moment
    self.direction = direction
    self.packet = packet
    self.attempt = attempt
    self.note = note
  }
}

/// What a probe is aimed at.
public enum Subject: Hashable, Sendable {
  /// The port that the user asked about.
  case target
  /// A control: another port of the same host.
  case control(port: UInt16)
  /// The host itself (echo requests).
  case host
}

/// What became of a probe on its way out of this machine.
public enum Departure: Hashable, Sendable {
  /// Waiting for its turn, or handed to the kernel and not yet seen on the interface.
  case notSeen
  /// Seen leaving: the index of the packet.
  case seen(packet: Int)
  /// Seen leaving with other addresses, ports or sequence numbers than its own, so that no answer to it
  /// can be told: the index of the packet.
  case translated(packet: Int)
  /// The kernel refused to send it, and why.
  case refused(Refusal)

  /// Whether it was seen leaving, as it was built or not.
  public var isOut: Bool {
    switch self {
    case .seen, .translated: true
    case .notSeen, .refused: false
    }
  }
}

/// The parts of a run.
public enum Part: Hashable, Sendable {
  /// What state the port is in, and who answers.
  case handshake
  /// What the target does with connections of ours; an attempt is a connection then.
  case connections
}

/// One probe sent once: what was sent, and everything that came back for it.
public struct Attempt: Hashable, Sendable {
  /// How many answers to one attempt are kept: a flood of them buries no other attempt's.
  static let mostAnswers = 24

  /// Its place in the transcript.
  public var id: Int
  /// The probe's name in the catalogue ("syn", "stray-ack", ...).
  public var probe: String
  /// What it is aimed at.
  public var subject: Subject
  /// The flight it went out in, from 1; of a connection, how often it was tried.
  public var flight: Int
  /// Which part of the run it belongs to.
  public var part: Part
  /// The first packet of the attempt.
  public var draft: PacketDraft
  /// When it was handed over for sending.
  public var started: Moment
  /// What became of it on the way out.
  public var departure: Departure
  /// Whether it was given away for sending.
  public var isHandedOver = false
  /// Indexes of the packets that came back for it, in order of arrival.
  public var answers: [Int]
  /// Whether an answer that is missing now will not be waited for any longer.
  public var isSettled: Bool

  /// Makes an attempt.
  public init(
    id: Int, probe: String, subject: Subject, flight: Int, part: Part = .handshake,
    draft: PacketDraft, started: Moment,
    departure: Departure = .notSeen, answers: [Int] = [], isSettled: Bool = false
  ) {
    self.id = id
    self.probe = probe
    self.subject = subject
    self.flight = flight
    self.part = part
    self.draft = draft
    self.started = started
    self.departure = departure
    self.answers = answers
    self.isSettled = isSettled
  }

  /// What all attempts of one question share.
  struct Asked: Hashable {
    let probe: String
    let subject: Subject
  }

  /// What was asked by it.
  var asked: Asked { Asked(probe: probe, subject: subject) }
}

/// Everything sent and received in a run, with times: the evidence.
public struct Transcript: Hashable, Sendable {
  /// The packets in order of capture.
  public var packets: [RecordedPacket] = []
  /// The attempts in order of sending.
  public var attempts: [Attempt] = []
  /// The router that takes our packets to the target; nil on its own link, or where none is known.
  public var nextHop: IPAddress?
  /// How many captured packets this machine lost before they could be read.
  public var missed = 0

  /// Makes an empty transcript.
  public init() {}
}
