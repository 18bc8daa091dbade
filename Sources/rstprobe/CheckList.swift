internal import ArgumentParser

/// What `--checks` may name in this version.
enum Check: String, CaseIterable, Sendable {
  /// What state the port is in, and who answered.
  case handshake
  /// The routers on the way, and where an answer or a silence begins.
  case path
  /// All of them.
  case all
}

/// The checks of a run.
struct CheckList: Hashable, Sendable {
  /// What is done; the handshake always is, everything else builds on it.
  var checks: Set<Check>

  /// Whether the path is walked by hop limit.
  var walksPath: Bool { checks.contains(.path) || checks.contains(.all) }

  /// Names that other versions know, and scripts may ask for.
  private static let laterNames: Set<String> = [
    "rfc5961", "states", "close", "fingerprint", "time-wait", "synack-schedule", "retransmission",
    "overflow", "residual", "invasive",
  ]

  /// Reads names with commas between them.
  ///
  /// - Throws: `ValidationError` with one line that says what is wrong.
  init(parsing text: String) throws {
    var checks: Set<Check> = []
    for name in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let check = Check(rawValue: String(name)) else {
        let known = Check.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError(
          Self.laterNames.contains(String(name))
            ? "this version does not have the check '\(name)'; it has \(known)"
            : "there is no check '\(name)'; there are \(known)")
      }
      checks.insert(check)
    }
    self.checks = checks
  }
}
