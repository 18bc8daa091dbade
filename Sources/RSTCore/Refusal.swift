/// Why the kernel of this machine did not send a packet.
public struct Refusal: Hashable, Sendable {
  /// What kind of refusal it is.
  public var cause: Cause
  /// The system's words.
  public var text: String

  /// The kinds that rules tell apart.
  public enum Cause: String, Hashable, Sendable {
    /// A packet filter of this machine (EPERM).
    case filtered
    /// No route, or a neighbour that does not answer (EHOSTUNREACH, ENETUNREACH).
    case noWay = "no-way"
    /// Anything else.
    case other
  }

  /// Makes a refusal.
  public init(cause: Cause, text: String) {
    self.cause = cause
    self.text = text
  }
}
