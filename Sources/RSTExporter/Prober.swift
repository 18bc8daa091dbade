public import RSTCore
public import RSTWire

/// Why a target could not be probed.
public struct ProbeFailure: Error, Hashable, Sendable {
  /// What is the matter, as the label `reason` has it.
  public enum Reason: String, Hashable, Sendable, CaseIterable {
    /// The name gives no address.
    case name
    /// There is no way to the address.
    case route
    /// This machine refuses: a privilege, descriptors, ports.
    case system
    /// The time was over before anything could be sent.
    case deadline
  }

  /// What is the matter.
  public var reason: Reason
  /// One line for people.
  public var detail: String

  /// Makes a failure.
  public init(_ reason: Reason, _ detail: String) {
    self.reason = reason
    self.detail = detail
  }
}

/// What looks names up and probes; the network, or a test's script.
public protocol Prober: Sendable {
  /// The address that a name stands for.
  func address(of name: String) async throws(ProbeFailure) -> IPAddress

  /// Probes, and ends early when the time is over or the task is cancelled: then with what is known.
  func diagnose(
    _ target: Target, checks: Set<Check>, within limit: Duration
  ) async throws(ProbeFailure) -> Diagnosis
}
