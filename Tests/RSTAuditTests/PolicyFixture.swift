import RSTCore

@testable import RSTAudit

/// Policies that lie in memory.
struct PolicyFixture {
  /// The files by their names; "policy.yaml" is read.
  var files: [String: [UInt8]]

  init(_ text: String, including others: [String: String] = [:]) {
    files = others.mapValues { Array($0.utf8) }
    files["policy.yaml"] = Array(text.utf8)
  }

  func policy() throws -> AuditPolicy {
    try PolicyReader.read("policy.yaml") { [files] name in
      files[name].map(Result.success)
        ?? .failure(.init("cannot be read: No such file or directory"))
    }
  }

  /// What is wrong, each on a line.
  func mistakes() -> [String] {
    do {
      _ = try policy()
      return []
    } catch let error as PolicyMistakes {
      return error.mistakes.map(\.description)
    } catch {
      return ["\(error)"]
    }
  }

  /// A policy of one rule about 192.0.2.1 port 80 with these expectations, two spaces in front.
  static func expecting(_ lines: String) -> Self {
    let indented = lines.split(separator: "\n").map { "      \($0)\n" }.joined()
    return Self(
      "rules:\n  - name: r\n    targets: 192.0.2.1\n    ports: 80\n    expect:\n\(indented)")
  }
}
