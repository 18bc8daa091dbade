public import RSTCore
public import RSTWire

/// What became of a packet that was handed over for sending.
public enum Submission: Hashable, Sendable {
  /// The kernel took it.
  case accepted
  /// The kernel has no room at the moment (ENOBUFS, EAGAIN): worth trying again soon.
  case busy(reason: Refusal)
  /// The kernel will not send it (EPERM, EHOSTUNREACH, ...): the system's reason.
  case refused(reason: Refusal)
}

/// Where packets are sent.
public protocol PacketSink: ~Copyable {
  /// Sends one packet.
  ///
  /// - Parameter draft: What to send.
  /// - Returns: What the kernel made of it; a refusal is an observation, not a failure.
  /// - Throws: A failure of our own: a packet that cannot be built, a socket that is gone.
  mutating func send(_ draft: PacketDraft) throws -> Submission
}
