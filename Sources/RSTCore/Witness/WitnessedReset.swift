/// A reset that the prober got, and what the witness at the target shows of it.
public struct WitnessedReset: Hashable, Sendable {
  /// Its index among the packets of the run.
  public var packet: Int
  /// Where it was made.
  public var origin: Origin
  /// Whether segments of its connection are in the witness's record: else another machine may answer.
  public var isOfHost: Bool

  /// Where a reset was made, as far as the witness proves it.
  public enum Origin: Hashable, Sendable {
    /// The host of the witness sent it.
    case sent(Maker)
    /// It came through the host of the witness: it was made behind it.
    case passed
    /// The host of the witness did not send it: it was made on the way.
    ///
    /// - Parameter hasArrived: Whether the segment that it answers arrived at the host all the same; nil
    ///   where that is not known.
    case neverSent(hasArrived: Bool?)
    /// Nothing is proven.
    case unproven(Doubt)
  }

  /// What on the host made a reset.
  public enum Maker: Hashable, Sendable {
    /// The kernel's TCP, for a reason.
    case stack(KernelReset)
    /// Not the kernel's TCP: a packet filter of the host, or a program with a stack of its own.
    case beside
    /// The witness has no reasons.
    case unknown
  }

  /// Why nothing is proven.
  public enum Doubt: String, Hashable, Sendable, CaseIterable {
    /// The witness's record has a gap.
    case incomplete
    /// No segments passed both ways that both sides show: the clocks cannot be compared.
    case noPassage = "no-passage"
    /// The witness did not record yet, or no more.
    case notListening = "not-listening"
    /// The witness recorded another port only.
    case anotherPort = "another-port"
    /// Something on the way may have changed the numbers of the connection.
    case numbersChanged = "numbers-changed"
    /// The host sent one with these numbers that differs in what the way may have changed.
    case differs
    /// The host sent fewer of these, and they are all alike.
    case copies
  }
}
