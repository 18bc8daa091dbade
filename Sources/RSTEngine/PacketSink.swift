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

/// Why packets that the kernel took have not left yet, as far as it can be told.
public enum Delay: Hashable, Sendable {
  /// Nothing is known to keep them.
  case unknown
  /// The next hop's link address is being asked for; the reason to give where no answer comes.
  case waitingForNeighbour(reason: Refusal)
  /// They will never leave: nobody answered for the next hop.
  case undeliverable(reason: Refusal)
}

/// Where packets are sent.
public protocol PacketSink: ~Copyable {
  /// Sends one packet.
  ///
  /// - Parameter draft: What to send.
  /// - Returns: What the kernel made of it; a refusal is an observation, not a failure.
  /// - Throws: A failure of our own: a packet that cannot be built, a socket that is gone.
  mutating func send(_ draft: PacketDraft) throws -> Submission

  /// What keeps packets that were accepted and have not been seen leaving.
  ///
  /// It is asked only while no packet at all was seen leaving, never on an ordinary run.
  mutating func delay() -> Delay
}
