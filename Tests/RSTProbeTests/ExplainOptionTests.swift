import ArgumentParser
import Foundation
import Testing

@testable import rstprobe

/// What the command line of `explain` takes and refuses.
@Suite struct ExplainOptionTests {
  static func complaint(_ arguments: [String]) -> String? {
    do {
      _ = try ExplainSettings(Explain.parse(arguments))
      return nil
    } catch {
      return Explain.message(for: error)
    }
  }

  @Test func `what is asked for is taken`() throws {
    let settings = try ExplainSettings(
      Explain.parse([
        "a.pcap", "--json", "--host", "192.0.2.1", "--port", "80", "--cause", "closed-port",
        "--fail-on", "injected-reset,middlebox-forgot",
      ]))
    #expect(settings.form == .json)
    #expect(settings.ports == [80])
    #expect(settings.failing == ["injected-reset", "middlebox-forgot"])
  }

  @Test func `a second file is taken, and may be standard input`() throws {
    #expect(try ExplainSettings(Explain.parse(["a", "--compare", "b"])).compared == "b")
    #expect(try ExplainSettings(Explain.parse(["a", "--compare", "-"])).compared == "-")
    #expect(try ExplainSettings(Explain.parse(["a"])).compared == nil)
  }

  @Test(arguments: [
    ["-", "--bundle", "/tmp/b"], ["a", "--bundle", "/nowhere/at/all"],
    ["-", "--compare", "b"], ["a", "--compare", "a"], ["a", "--compare", ""], ["a", "--compare"],
    [], ["a", "b"], ["a", "--json", "--ndjson"], ["a", "--quiet", "--verbose"],
    ["a", "--host", "nowhere"], ["a", "--port", "70000"], ["a", "--cause", "bad-luck"],
    ["a", "--fail-on", "closed-port,,"], ["a", "--max-connections", "3"], ["a", "--color", "red"],
  ])
  func `what is malformed or contradicts itself is refused in one line`(_ arguments: [String]) {
    let complaint = Self.complaint(arguments)
    #expect(complaint != nil)
    #expect(complaint?.contains("\n") == false)
  }

  @Test func `a bundle does not replace what it is made from`() throws {
    let bundle = try BundleOutput("/tmp/rstprobe-\(getpid())-none")
    #expect(bundle.replaces(bundle.path + "/evidence.pcapng"))
    #expect(!bundle.replaces("/tmp/evidence.pcapng"))
    #expect(!bundle.replaces(bundle.path + "/trace.pcapng"))
    #expect(Self.complaint([bundle.path + "/evidence.pcapng", "--bundle", bundle.path]) != nil)
  }
}
