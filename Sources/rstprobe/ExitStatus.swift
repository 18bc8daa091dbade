/// The exit statuses that scripts may rely on.
enum ExitStatus: Int32, Sendable {
  /// The question was answered.
  case answered = 0
  /// An expectation does not hold.
  case expectation = 1
  /// Usage or input error; also what cannot be written.
  case usage = 2
  /// The evidence does not separate two or more readings.
  case inconclusive = 3
  /// The target's name or the route to it cannot be used.
  case unusableTarget = 69
  /// CAP_NET_RAW is missing.
  case missingPrivilege = 77
  /// Interrupted; what was measured is reported.
  case interrupted = 130
}

/// An end of the program before its time: one line and a status.
struct Failure: Error, Hashable, Sendable {
  /// What standard error says.
  var message: String
  /// How the program ends.
  var status: ExitStatus
}
