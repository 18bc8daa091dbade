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
    #expect(settings.family == nil)
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
    #expect(settings.family == .ipv6)
    #expect(settings.report.isJSON)
    #expect(!settings.report.isProgressWanted)
    #expect(settings.options.flows == 64)
  }

  @Test func `the source address decides the family of a name`() throws {
    #expect(try settings("example.org:1", "--source", "2001:db8::1").family == .ipv6)
    #expect(try settings("example.org:1", "--source", "192.0.2.1").family == .ipv4)
  }

  @Test(arguments: [("handshake", false), ("path", true), ("handshake,path", true), ("all", true)])
  func `the path is walked where it is asked for`(_ list: String, _ walks: Bool) throws {
    #expect(try settings("example.org:1", "--checks", list).options.walksPath == walks)
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
