public import RSTCore
import RSTReport

/// One thing that is wrong with a policy, where it is, and what may be written instead.
public struct PolicyMistake: Error, Hashable, Sendable, CustomStringConvertible {
  /// Where.
  public var place: PolicyPlace
  /// What is wrong.
  public var problem: String
  /// What to do about it; empty where nobody can know.
  public var hint: String

  /// Makes a mistake.
  public init(at place: PolicyPlace, _ problem: String, hint: String = "") {
    self.place = place
    self.problem = problem
    self.hint = hint
  }

  /// "policy.yaml:12:7: no state is called 'closd'; did you mean 'closed'?", safe for a terminal.
  public var description: String {
    let line = "\(place.file):\(place.line):\(place.column): \(problem)"
    return Sanitised(hint.isEmpty ? line : "\(line); \(hint)").text
  }
}

/// Everything that is wrong with a policy, in the order of its files.
public struct PolicyMistakes: Error, Hashable, Sendable {
  /// What is wrong: one at least.
  public var mistakes: [PolicyMistake]
  /// How many more there are than are kept.
  public var left: Int

  /// How many are kept: whoever has more is not about to read them all.
  static let limit = 200

  init(_ mistakes: [PolicyMistake]) {
    self.mistakes = Array(mistakes.prefix(Self.limit))
    left = mistakes.count - self.mistakes.count
  }
}
