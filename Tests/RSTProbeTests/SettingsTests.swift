import ArgumentParser
import RSTCore
import RSTWire
import Testing

@testable import rstprobe

@Suite struct SettingsTests {
  private func settings(_ arguments: String...) throws -> Settings {
    try Settings(RSTProbe.parse(arguments))
  }

  @Test func `a target alone takes the defaults`() throws {
    let settings = try settings("example.org:443")
    #expect(settings.target.host == "example.org")
    #expect(settings.target.port == 443)
    #expect(settings.way.family == nil)
    #expect(settings.options.flows == 1)
    #expect(settings.options.maximumHops == 30)
    #expect(settings.options.walksPath)
    #expect(settings.captureFile == nil)
    #expect(settings.report.isProgressWanted)
  }

  @Test func `an IPv6 address stands in brackets, with its scope`() throws {
    #expect(try settings("[2001:db8::1]:22").target.host == "2001:db8::1")
    #expect(try settings("[fe80::1%eth0]:65535").target.host == "fe80::1%eth0")
  }

  @Test func `options may stand before and after the target`() throws {
    let settings = try settings("-6", "example.org:1", "--json", "--flows", "64")
    #expect(settings.way.family == .ipv6)
    #expect(settings.report.isJSON)
    #expect(!settings.report.isProgressWanted)
    #expect(settings.options.flows == 64)
  }

  @Test func `the source address decides the family of a name`() throws {
    #expect(try settings("example.org:1", "--source", "2001:db8::1").way.family == .ipv6)
    #expect(try settings("example.org:1", "--source", "192.0.2.1").way.family == .ipv4)
  }

  @Test(arguments: [("handshake", false), ("path", true), ("handshake,path", true), ("all", true)])
  func `the path is walked where it is asked for`(_ list: String, _ walks: Bool) throws {
    #expect(try settings("example.org:1", "--checks", list).options.walksPath == walks)
  }

  @Test func `unless told otherwise everything is done that is gentle`() throws {
    let checks = try settings("example.org:1").survey.checks
    #expect(checks == [.handshake, .path, .conformance, .states, .close, .fingerprint])
  }

  @Test func `all is every check, invasive ones by name and residual with a trigger`() throws {
    let all = try settings("example.org:1", "--checks", "all").survey.checks
    #expect(all == Set(Check.allCases).subtracting([.residual, .invasive]))
    let both = try settings("example.org:1", "--checks", "all,invasive").survey.checks
    #expect(both == Set(Check.allCases).subtracting([.residual]))
    let more = try settings("example.org:1", "--checks", "all", "--sni", "a.example").survey.checks
    #expect(more == Set(Check.allCases).subtracting([.invasive]))
  }

  @Test func `the handshake is always done, and names may come twice`() throws {
    #expect(
      try settings("example.org:1", "--checks", "states").survey.checks == [.handshake, .states])
    #expect(
      try settings("example.org:1", "--checks", "rfc5961,rfc5961").survey.checks
        == [.handshake, .conformance])
  }

  @Test func `a seed is taken and others are random`() throws {
    #expect(try settings("example.org:1", "--seed", "7").seed == 7)
    #expect(try settings("example.org:1").seed != settings("example.org:1").seed)
  }

  @Test func `colours can be forced and forbidden`() throws {
    #expect(try settings("example.org:1", "--color", "always").report.color.isWanted)
    #expect(try !settings("example.org:1", "--color", "never").report.color.isWanted)
  }
}
