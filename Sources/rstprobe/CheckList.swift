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
  /// for by name.
  ///
  /// - Throws: `ValidationError` with one line that says what is wrong.
  init(parsing text: String) throws {
    var checks: Set<Check> = [.handshake]
    for name in text.split(separator: ",", omittingEmptySubsequences: false) {
      if name == "all" {
        checks.formUnion(Check.offered.subtracting([.invasive]))
        continue
      }
      guard let check = Check(rawValue: String(name)) else {
        throw ValidationError("there is no check '\(name)'; there are \(Self.names)")
      }
      guard Check.offered.contains(check) else {
        throw ValidationError(
          "this version does not have the check '\(name)'; it has \(Self.names)")
      }
      checks.insert(check)
    }
    self.checks = checks
  }

  /// The names that may be given, for help and complaints.
  static let names =
    Check.allCases.filter(Check.offered.contains).map(\.rawValue).joined(separator: ", ") + ", all"
}
