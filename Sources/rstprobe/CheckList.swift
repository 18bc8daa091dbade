internal import ArgumentParser
internal import RSTCore

/// The checks of a run, as `--checks` names them.
struct CheckList: Hashable, Sendable {
  /// What is done; the handshake always is, everything else builds on it.
  var checks: Set<Check>

  /// What a run does unless told otherwise.
  static let standard = CheckList(checks: Check.standard)

  private init(checks: Set<Check>) { self.checks = checks }

  /// Reads names with commas between them; `all` is every one but `invasive`, which has to be asked
  /// for by name, and but `residual` where there is no trigger.
  ///
  /// - Parameters:
  ///   - text: The names.
  ///   - hasTriggers: Whether there is something after which endpoints may stay blocked.
  /// - Throws: `ValidationError` with one line that says what is wrong.
  init(parsing text: String, hasTriggers: Bool) throws {
    var checks: Set<Check> = [.handshake]
    for name in text.split(separator: ",", omittingEmptySubsequences: false) {
      if name == "all" {
        checks.formUnion(
          Set(Check.allCases).subtracting(hasTriggers ? [.invasive] : [.invasive, .residual]))
        continue
      }
      guard let check = Check(rawValue: String(name)) else {
        throw ValidationError("there is no check '\(name)'; there are \(Self.names)")
      }
      if check == .residual, !hasTriggers {
        throw ValidationError("--checks residual \(Self.lackOfTrigger)")
      }
      checks.insert(check)
    }
    self.checks = checks
  }

  /// Adds what `--residual` asks for.
  ///
  /// - Parameter hasTriggers: Whether there is something after which endpoints may stay blocked.
  /// - Throws: `ValidationError` where there is not.
  mutating func addResidual(hasTriggers: Bool) throws {
    guard hasTriggers else { throw ValidationError("--residual \(Self.lackOfTrigger)") }
    checks.insert(.residual)
  }

  private static let lackOfTrigger = "needs a trigger: --http-host, --sni or --payload"

  /// The names that may be given, for help and complaints.
  static let names =
    Check.allCases.map(\.rawValue).joined(separator: ", ") + ", all"
}
