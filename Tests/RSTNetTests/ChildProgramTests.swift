import RSTCore
import RSTWire
import Testing

@testable import RSTNet

/// Programs that list rules, as they should be and as they should not.
@Suite struct ChildProgramTests {
  private func shell(_ script: String, _ patience: Duration = .seconds(20)) -> ChildProgram.Outcome
  {
    ChildProgram.run(path: "/bin/sh", ["-c", script], patience: patience)
  }

  @Test func `what a program says is taken as it is`() {
    #expect(shell("printf 'a\\nb'; echo noise >&2") == .said(Array("a\nb".utf8)))
    #expect(shell("test -t 0 || read x || printf \"$LC_ALL\"") == .said(Array("C".utf8)))
  }

  @Test func `one that fails says why in one line`() {
    #expect(
      shell(
        "echo said; echo 'Operation not permitted (you must be root)' >&2; echo more >&2; exit 1")
        == .refused("Operation not permitted (you must be root)"))
    guard case .refused = shell("kill -9 $$") else {
      Issue.record("it was killed")
      return
    }
  }

  @Test func `one that is not there is not installed`() {
    #expect(ChildProgram.run("rstprobe-no-such-program") == .notInstalled)
    #expect(
      ChildProgram.run(path: "/no/such/program", [], patience: .seconds(1)) == .notInstalled)
  }

  @Test func `one that never ends is ended, with all that it started`() {
    for script in ["exec sleep 1000", "sleep 1000 & wait", "exec >&- 2>&-; exec sleep 1000"] {
      guard case .refused = shell(script, .milliseconds(200)) else {
        Issue.record("\(script) was waited for")
        continue
      }
    }
  }

  @Test func `one that says more than anybody reads is ended`() {
    guard case .refused(let why) = shell("exec yes") else {
      Issue.record("it was read")
      return
    }
    #expect(why.contains("more than"))
  }

  @Test func `this machine is examined without privilege, and nothing is thrown`() throws {
    let target = try #require(IPAddress("127.0.0.1"))
    let examination = MachineExamination(target: (target, 80))
    #expect(examination.facts.way?.interface == "lo")
    #expect(examination.facts.way?.isLocal == true)
    #expect(examination.facts.mtu ?? 0 > 0)
    #expect(examination.facts.libpcap?.contains("libpcap") == true)
    #expect(examination.listings["nft"] != nil)
  }
}
