import ArgumentParser
import Testing

@testable import rstprobe

@Suite struct HelpTests {
  @Test func `help names every option`() {
    let help = RSTProbe.helpMessage(columns: 80)
    for option in [
      "--json", "--checks", "--flows", "--write-pcap", "--bundle", "-4", "-6", "--interface",
      "--source",
      "--max-hops", "--idle", "--idle-rounds", "--http-host", "--sni", "--payload", "--residual",
      "--witness",
      "--quiet", "--verbose", "--color", "--seed",
      "--version",
    ] {
      #expect(help.contains("  \(option)"), "\(option)")
    }
    #expect(help.contains("EXAMPLES"))
  }

  @Test(.enabled(if: BuiltTool.isBuilt, "the tool is not built"), arguments: ["--help", "-h"])
  func `help goes to standard output with status 0`(_ option: String) throws {
    let outcome = try BuiltTool.runUnprivileged([option])
    #expect(outcome.output.hasPrefix("OVERVIEW: "))
    #expect(outcome.errors.isEmpty)
    #expect(outcome.status == 0)
  }

  @Test(.enabled(if: BuiltTool.isBuilt, "the tool is not built"))
  func `the version is one line`() throws {
    let outcome = try BuiltTool.runUnprivileged(["--version"])
    #expect(outcome.output == RSTProbe.configuration.version + "\n")
    #expect(outcome.status == 0)
  }
}
