/// One thing that was looked at before a run: whether it is as a run needs it, and how to get it so.
public struct DoctorCheck: Hashable, Sendable {
  /// What it is about, in kebab-case.
  public var name: String
  /// How it stands.
  public var state: State
  /// Whether a run needs it; what only a part of rstprobe needs decides nothing.
  public var isNeeded: Bool
  /// What was found, in plain words.
  public var what: String
  /// How to get or change it; empty where nothing is to be done.
  public var remedy: String

  /// How something stands.
  public enum State: String, Hashable, Sendable, CaseIterable {
    /// Nothing stands in the way.
    case good
    /// It is there and in the way: probes are changed or kept back.
    case warning
    /// It could not be found out.
    case unknown
    /// It is not there.
    case missing
  }

  /// Makes a check.
  public init(
    _ name: String, _ state: State, isNeeded: Bool = true, _ what: String, remedy: String = ""
  ) {
    self.name = name
    self.state = state
    self.isNeeded = isNeeded
    self.what = what
    self.remedy = remedy
  }
}

/// Everything that was looked at.
public struct DoctorReport: Hashable, Sendable {
  /// The way that was looked at, as the user named it; nil where none was.
  public var target: String?
  /// What was found, in the order in which a run needs it.
  public var checks: [DoctorCheck]

  /// Makes a report.
  public init(target: String?, checks: [DoctorCheck]) {
    self.target = target
    self.checks = checks
  }

  /// What all of it means.
  public enum Outcome: Hashable, Sendable {
    /// Nothing stands in the way.
    case clear
    /// Something is missing or in the way.
    case obstructed
    /// Nothing is known to be in the way, but something that matters could not be read.
    case unclear
  }

  /// What all of it means; only what a run needs decides.
  public var outcome: Outcome {
    let states = Set(checks.lazy.filter(\.isNeeded).map(\.state))
    if states.contains(.missing) || states.contains(.warning) { return .obstructed }
    return states.contains(.unknown) ? .unclear : .clear
  }
}
