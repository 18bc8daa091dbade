/// Why a text names no target, no ports, or no part of a sweep, and what may be written instead.
public struct TargetTextError: Error, Hashable, Sendable {
  /// What is wrong: a sentence that names the text.
  public var problem: String
  /// What to write; empty where nobody can know.
  public var hint: String

  init(_ problem: String, hint: String = "") {
    self.problem = problem
    self.hint = hint
  }
}

extension TargetTextError: CustomStringConvertible {
  /// Both.
  public var description: String { hint.isEmpty ? problem : "\(problem); \(hint)" }
}
