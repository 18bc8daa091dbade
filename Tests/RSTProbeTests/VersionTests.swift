import ArgumentParser
import Foundation
import RSTCore
import Testing

@testable import rstprobe

/// The number of this version, wherever it stands.
@Suite struct VersionTests {
  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  private func text(_ path: String) throws -> String {
    try String(contentsOf: Self.root.appendingPathComponent(path), encoding: .utf8)
  }

  private func numbers(_ version: some StringProtocol) -> [Int] {
    version.split(separator: ".", omittingEmptySubsequences: false).compactMap { Int($0) }
  }

  @Test func `it is three numbers, and what the tool says`() {
    #expect(numbers(Version.current).count == 3)
    #expect(RSTProbe.configuration.version == "rstprobe \(Version.current)")
  }

  /// Keep a Changelog 1.1.0: what is new stands under Unreleased until a release has a heading.
  @Test func `the changelog has released it, or has it still to come`() throws {
    let headings = try text("CHANGELOG.md").split(separator: "\n")
      .filter { $0.hasPrefix("## ") }.map { $0.dropFirst(3).filter { !"[]".contains($0) } }
    let isUnreleased = headings.first == "Unreleased"
    let released = headings.first { $0.first?.isNumber == true }
      .map { numbers($0.prefix { $0 != " " }) }
    let current = numbers(Version.current)
    if let released, !isUnreleased { #expect(released == current) }
    if let released, isUnreleased { #expect(!current.lexicographicallyPrecedes(released)) }
    #expect(isUnreleased || released != nil)
  }

  @Test func `the recipes and the packaging have no other`() throws {
    let recipe = try text("Scripts/recipes/sweep-kubernetes.yaml")
    #expect(recipe.contains("rstprobe:\(Version.current)\n"))
    // The line that Scripts/package looks for.
    let line = "  public static let current = \"\(Version.current)\""
    #expect(
      try text("Sources/RSTCore/Version.swift").split(separator: "\n").contains { $0 == line })
  }
}
