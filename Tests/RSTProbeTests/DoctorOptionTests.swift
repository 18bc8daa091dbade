import ArgumentParser
import Testing

@testable import rstprobe

/// `rstprobe doctor`.
@Suite struct DoctorOptionTests {
  @Test func `a target is welcome and not needed`() throws {
    let alone = try DoctorSettings(Doctor.parse([]))
    #expect(alone.target == nil && !alone.isJSON)
    let named = try DoctorSettings(
      Doctor.parse(["[2001:db8::1]:22", "--json", "--interface", "lo"]))
    #expect(named.target?.port == 22)
    #expect(named.isJSON && named.way.interface == "lo")
  }

  @Test(arguments: [
    ["192.0.2.1"], ["192.0.2.1:0"], ["192.0.2.1:1", "192.0.2.2:1"], ["-4", "-6"],
    ["--color", "red"],
    ["--source", "nowhere"],
  ])
  func `what makes no sense is refused`(_ arguments: [String]) {
    #expect(throws: (any Error).self) { try DoctorSettings(Doctor.parse(arguments)) }
  }

  @Test func `help names every option`() {
    let help = Doctor.helpMessage(columns: 80)
    for option in ["--json", "-4", "-6", "--interface", "--source", "--color"] {
      #expect(help.contains("  \(option)"), "\(option)")
    }
  }

  @Test(.enabled(if: BuiltTool.isBuilt, "the tool is not built"))
  func `without privilege it says what is missing, on standard output and with status 1`() throws {
    let outcome = try BuiltTool.runUnprivileged(["doctor", "127.0.0.1:80"])
    #expect(outcome.status == 1)
    #expect(outcome.errors.isEmpty)
    #expect(outcome.output.contains("setcap cap_net_raw+ep") || outcome.output.contains("NET_RAW"))
  }

  @Test(.enabled(if: BuiltTool.isBuilt, "the tool is not built"))
  func `a malformed target is a usage error in one line`() throws {
    let outcome = try BuiltTool.runUnprivileged(["doctor", "192.0.2.1"])
    #expect(outcome.status == 2)
    #expect(outcome.isOneLine)
  }
}
