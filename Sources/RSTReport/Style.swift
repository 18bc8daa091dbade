/// How emphasis is shown; whether a terminal wants colour is decided by the caller.
public enum Style: Hashable, Sendable {
  /// Plain text.
  case plain
  /// ANSI escape sequences (ECMA-48, "select graphic rendition").
  case ansi

  /// What a piece of text is, so that one place chooses how it looks.
  public enum Role: String, Hashable, Sendable {
    /// Ordinary text.
    case body
    /// The title of a section.
    case title
    /// What the eye should find first.
    case strong
    /// What may be skipped.
    case faint
    /// A state that is fine.
    case good
    /// A state to look at.
    case notable
    /// A state that stops traffic.
    case bad
  }

  /// The text in the look of its role.
  func applied(_ role: Role, to text: String) -> String {
    guard self == .ansi, !text.isEmpty, let code = Self.code(of: role) else { return text }
    return "\u{1b}[\(code)m\(text)\u{1b}[0m"
  }

  private static func code(of role: Role) -> String? {
    switch role {
    case .body: nil
    case .title: "1"
    case .strong: "1"
    case .faint: "2"
    case .good: "1;32"
    case .notable: "1;33"
    case .bad: "1;31"
    }
  }
}
