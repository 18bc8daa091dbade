import RSTCore
import RSTTestSupport
import Testing

@testable import RSTAudit

/// Policies that mean harm: bounded, refused, and shown without what acts on a terminal.
@Suite struct HostilePolicyTests {
  @Test func `too much of anything`() {
    let long = "a: " + String(repeating: "x", count: PolicyText.lineLength)
    let deep = "a: " + String(repeating: "[", count: PolicyText.depth + 1)
    let many = (0...PolicyText.aliases).map { "a\($0): *b\n" }.joined()
    let steps = (0..<300).map { String(repeating: " ", count: $0) + "a:\n" }.joined()
    for (text, words) in [
      (long, "more than 1000 characters"), (deep, "nested more than 32 deep"),
      ("b: &b 1\n" + many, "more than 16 aliases"), (steps, "too deeply nested"),
      (String(repeating: "# comment\n", count: 30_000), "more than 256 KiB"),
      ("a: \u{1b}[2J", "a control character (U+1B)"), ("a: b\u{2028}c", "U+2028"),
    ] {
      let mistakes = PolicyFixture(text).mistakes()
      #expect(mistakes.count == 1, "\(words): \(mistakes)")
      #expect(mistakes.first?.contains(words) == true, "\(mistakes)")
    }
  }

  @Test func `aliases that double at every level stay small`() {
    var text = "variables:\n  a0: &a0 [192.0.2.1, 192.0.2.1]\n"
    for level in 1...6 { text += "  a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n" }
    text += "rules: [{name: x, targets: $a6, ports: 1, expect: open}]\n"
    #expect(throws: Never.self) { try PolicyFixture(text).policy() }
  }

  @Test func `variables that multiply at every level are cut short`() {
    var text = "variables:\n  a0: [192.0.2.1]\n"
    for level in 1...7 {
      let list = Array(repeating: "$a\(level - 1)", count: 90).joined(separator: ", ")
      text += "  a\(level): [\(list)]\n"
    }
    text += "rules: [{name: x, targets: $a7, ports: 1, expect: open}]\n"
    let mistakes = PolicyFixture(text).mistakes()
    #expect(mistakes.contains { $0.contains("too long or too deep") }, "\(mistakes.prefix(3))")
    #expect(mistakes.count < 5)
  }

  @Test func `files without end`() {
    var files: [String: String] = [:]
    for number in 0..<100 { files["f\(number).yaml"] = "include: f\(number + 1).yaml\n" }
    let deep = PolicyFixture("include: f0.yaml\n", including: files).mistakes()
    #expect(deep.contains { $0.contains("more than 8 deep") }, "\(deep)")
    let all = files.keys.sorted().joined(separator: ", ")
    let wide = PolicyFixture(
      "include: [\(all)]\n", including: files.mapValues { _ in "policy: a\n" }
    ).mistakes()
    #expect(wide.contains { $0.contains("more than 32 files") }, "\(wide.prefix(2))")
  }

  @Test func `many mistakes are counted, and not all kept`() {
    let rules = (0..<300).map { "  - {name: r\($0)}\n" }.joined()
    do {
      _ = try PolicyFixture("rules:\n" + rules).policy()
      Issue.record("it was accepted")
    } catch let error as PolicyMistakes {
      #expect(error.mistakes.count == 200)
      #expect(error.left == 700)
    } catch {
      Issue.record("\(error)")
    }
  }

  @Test func `what is shown of a file cannot act on a terminal`() {
    let mistakes = PolicyFixture("\"\\e[31m\\u202Ekey\": 1\nrules: []\n").mistakes()
    for mistake in mistakes {
      #expect(mistake.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x202e })
    }
    #expect(mistakes.contains { $0.contains("has no key '[31mkey'") }, "\(mistakes)")
  }

  @Test func `octets that are no text`() {
    var fixture = PolicyFixture("")
    fixture.files["policy.yaml"] = [0x61, 0xff, 0xfe, 0x0a]
    #expect(fixture.mistakes() == ["policy.yaml:1:1: the file is not UTF-8; save it as UTF-8"])
  }

  @Test func `damaged policies are read or refused, and nothing else`() {
    var random = SplitMix(seed: 6)
    let whole = Array(PolicyReaderTests.whole.utf8)
    let letters = Array("\n :-[]{}$*&\"'#?|>%@\u{0}x9,".utf8)
    for _ in 0..<1_500 {
      var octets = whole
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        let place = Int.random(in: octets.indices, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: octets.remove(at: place)
        case 1: octets[place] = letters.randomElement(using: &random) ?? 0
        default: octets.insert(letters.randomElement(using: &random) ?? 0, at: place)
        }
      }
      var fixture = PolicyFixture("")
      fixture.files["policy.yaml"] = octets
      for mistake in fixture.mistakes() { #expect(mistake.hasPrefix("policy.yaml:"), "\(mistake)") }
    }
  }

  @Test func `every beginning of a policy`() {
    let whole = Array(PolicyReaderTests.whole.utf8)
    for length in 0..<whole.count {
      var fixture = PolicyFixture("")
      fixture.files["policy.yaml"] = Array(whole[..<length])
      for mistake in fixture.mistakes() { #expect(mistake.hasPrefix("policy.yaml:")) }
    }
  }
}
