public import RSTCore
public import RSTWire

/// A state machine that the engine can drive: packets and time in, packets to send out.
///
/// `Investigation` is the one that rstprobe runs; tests script others.
public protocol ProbeMachine {
  /// Whether there is nothing more to do.
  var isFinished: Bool { get }
  /// When `advance(to:)` wants to be called; nil when only packets matter.
  var deadline: Moment? { get }

  /// Whether a packet was seen leaving; asked of accepted ones only.
  func hasLeft(_ transmission: Transmission) -> Bool
  /// Starts the run.
  mutating func begin(at now: Moment)
  /// The next packet to send at this moment, or nil when there is none to send now.
  mutating func nextTransmission(at now: Moment) -> Transmission?
  /// Takes a captured packet.
  mutating func received(_ packet: Packet, at moment: Moment)
  /// Takes note that the kernel refused to send a packet.
  mutating func refused(_ transmission: Transmission, reason: Refusal, at now: Moment)
  /// Takes note that time has passed.
  mutating func advance(to now: Moment)
  /// Ends the run early.
  mutating func interrupt(at now: Moment)
}

extension Investigation: ProbeMachine {
  /// Whether the first packet of a transmission's attempt was seen leaving.
  public func hasLeft(_ transmission: Transmission) -> Bool {
    transcript.attempts[transmission.attempt].departure.isOut
  }
}

extension Survey: ProbeMachine {
  /// Whether the first packet of a transmission's attempt was seen leaving.
  public func hasLeft(_ transmission: Transmission) -> Bool {
    transcript.attempts[transmission.attempt].departure.isOut
  }
}
