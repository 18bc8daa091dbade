public import RSTCore
public import RSTWire

/// What a source answered when it was asked for the next packet.
public enum Arrival: Hashable, Sendable {
  /// A packet, and when it was captured.
  case packet(Packet, at: Moment)
  /// The moment to wait for has come, and no packet.
  case nothing
  /// The user wants the run to end; said once, whatever is asked for after it.
  case interrupted
}

/// Where captured packets come from, one at a time and in the order of capture.
public protocol PacketSource: ~Copyable {
  /// The next captured packet, waited for until a moment.
  ///
  /// A packet that was captured already is returned at once, also when the moment has passed.
  ///
  /// - Parameter moment: How long to wait; a moment in the past means not at all.
  /// - Returns: The packet, or why there is none.
  /// - Throws: A failure of the capture itself.
  mutating func next(until moment: Moment) throws -> Arrival
}
