import Foundation
import Testing

/// Each mistake gets one clear line on standard error, its exit status, and nothing else.
@Suite(.enabled(if: BuiltTool.isBuilt, "the tool is not built")) struct BadInputTests {
  struct Mistake: CustomTestStringConvertible, Sendable {
    var arguments: [String]
    var line: String
    var testDescription: String { arguments.joined(separator: " ") }
  }

  static let checks =
    "handshake, path, rfc5961, states, close, fingerprint, time-wait, synack-schedule, "
    + "retransmission, overflow, residual, invasive, all"

  // On loopback, so that a mistake that is not noticed goes no further.
  static let usage = [
    Mistake(arguments: [], line: "Missing expected argument '<host:port>'"),
    Mistake(
      arguments: ["127.0.0.1"],
      line: "'127.0.0.1' names no port; give HOST:PORT, as in 127.0.0.1:443"),
    Mistake(
      arguments: ["127.0.0.1:"],
      line: "'127.0.0.1:' names no port; give HOST:PORT, as in 127.0.0.1:443"),
    Mistake(arguments: ["127.0.0.1:0"], line: "port '0' is not a number from 1 to 65535"),
    Mistake(arguments: ["127.0.0.1:70000"], line: "port '70000' is not a number from 1 to 65535"),
    Mistake(arguments: ["127.0.0.1:http"], line: "port 'http' is not a number from 1 to 65535"),
    Mistake(arguments: ["127.0.0.1:+80"], line: "port '+80' is not a number from 1 to 65535"),
    Mistake(arguments: [":80"], line: "':80' names no host; give HOST:PORT"),
    Mistake(arguments: ["[]:80"], line: "'' in brackets is not an IPv6 address"),
    Mistake(arguments: ["[::1:80"], line: "'[::1:80' lacks the closing bracket of [ADDRESS]:PORT"),
    Mistake(
      arguments: ["::1:80"],
      line: "'::1:80' is ambiguous; write an IPv6 address in brackets, as in [2001:db8::1]:443"),
    Mistake(
      arguments: ["http://127.0.0.1:80/"],
      line: "'http://127.0.0.1:80/' is not HOST:PORT; give a host and a port, not a URL"),
    Mistake(arguments: ["127.0.0.1:1", "127.0.0.1:2"], line: "Unexpected argument '127.0.0.1:2'"),
    Mistake(
      arguments: ["127.0.0.1:1", "--idle", "0"],
      line: "--idle '0' is too short; give 1 ms or more"),
    Mistake(
      arguments: ["127.0.0.1:1", "--idle", "0.0001s"],
      line: "--idle '0.0001s' is too short; give 1 ms or more"),
    Mistake(
      arguments: ["127.0.0.1:1", "--idle=-5"],
      line: "--idle '-5' is not a duration; give seconds, or a number with ms, s, m or h"),
    Mistake(
      arguments: ["127.0.0.1:1", "--idle", "soon"],
      line: "--idle 'soon' is not a duration; give seconds, or a number with ms, s, m or h"),
    Mistake(
      arguments: ["127.0.0.1:1", "--idle", "1e3"],
      line: "--idle '1e3' is not a duration; give seconds, or a number with ms, s, m or h"),
    Mistake(
      arguments: ["127.0.0.1:1", "--idle", ""],
      line: "--idle '' is not a duration; give seconds, or a number with ms, s, m or h"),
    Mistake(
      arguments: ["127.0.0.1:1", "--idle", "25h"],
      line: "--idle '25h' is too long; give a day at most"),
    Mistake(
      arguments: ["127.0.0.1:1", "--idle", "86401"],
      line: "--idle '86401' is too long; give a day at most"),
    Mistake(
      arguments: ["127.0.0.1:1", "--idle", "6m", "--idle-rounds", "3"],
      line: "--idle-rounds 3 is not 1 or 2"),
    Mistake(
      arguments: ["127.0.0.1:1", "--idle-rounds", "2"],
      line: "--idle-rounds needs --idle DURATION"),
    Mistake(arguments: ["127.0.0.1:1", "-4", "-6"], line: "-4 and -6 exclude each other"),
    Mistake(
      arguments: ["127.0.0.1:1", "--quiet", "--verbose"],
      line: "--quiet and --verbose exclude each other"),
    Mistake(arguments: ["127.0.0.1:1", "--flows", "0"], line: "--flows 0 is not in 1 to 64"),
    Mistake(arguments: ["127.0.0.1:1", "--flows", "65"], line: "--flows 65 is not in 1 to 64"),
    Mistake(
      arguments: ["127.0.0.1:1", "--max-hops", "256"], line: "--max-hops 256 is not in 1 to 255"),
    Mistake(
      arguments: ["127.0.0.1:1", "--checks", "handshake,residual"],
      line: "--checks residual needs a trigger: --http-host, --sni or --payload"),
    Mistake(
      arguments: ["127.0.0.1:1", "--checks", "magic"],
      line: "there is no check 'magic'; there are \(checks)"),
    Mistake(
      arguments: ["127.0.0.1:1", "--checks", "RFC5961"],
      line: "there is no check 'RFC5961'; there are \(checks)"),
    Mistake(
      arguments: ["127.0.0.1:1", "--checks", ""],
      line: "there is no check ''; there are \(checks)"),
    Mistake(
      arguments: ["127.0.0.1:1", "--checks", "handshake,,path"],
      line: "there is no check ''; there are \(checks)"),
    Mistake(
      arguments: ["127.0.0.1:1", "--checks", "all,"],
      line: "there is no check ''; there are \(checks)"),
    Mistake(
      arguments: ["127.0.0.1:1", "--checks"], line: "Missing value for '--checks <list>'"),
    Mistake(
      arguments: ["127.0.0.1:1", "--color", "red"],
      line: "--color 'red' is none of auto, always, never"),
    Mistake(
      arguments: ["127.0.0.1:1", "--source", "here"],
      line: "--source 'here' is not an IPv4 or IPv6 address"),
    Mistake(
      arguments: ["127.0.0.1:1", "-4", "--source", "2001:db8::1"],
      line: "--source 2001:db8::1 is of the other family"),
    Mistake(
      arguments: ["127.0.0.1:1", "--write-pcap", "/nowhere/run.pcap"],
      line: "cannot write /nowhere/run.pcap: No such file or directory"),
    Mistake(
      arguments: ["127.0.0.1:1", "--write-pcap", "/tmp"],
      line: "cannot write /tmp: Is a directory"),
    Mistake(
      arguments: ["127.0.0.1:1", "--write-pcap", "-"],
      line: "--write-pcap needs a file; standard output carries the report"),
    Mistake(
      arguments: ["127.0.0.1:1", "--bundle", "/nowhere/at/all"],
      line: "cannot write to --bundle /nowhere/at/all: No such file or directory"),
    Mistake(
      arguments: ["127.0.0.1:1", "--bundle", "/etc/passwd"],
      line: "cannot write to --bundle /etc/passwd: Not a directory"),
    Mistake(
      arguments: ["127.0.0.1:1", "--bundle", "-"],
      line: "--bundle needs a directory; standard output carries the report"),
  ]

  @Test(arguments: usage)
  func `a usage error ends with status 2, also without privilege`(_ mistake: Mistake) throws {
    for outcome in [
      try BuiltTool.run(mistake.arguments), try BuiltTool.runUnprivileged(mistake.arguments),
    ] {
      #expect(outcome.errors == "rstprobe: \(mistake.line)\n")
      #expect(outcome.output.isEmpty)
      #expect(outcome.status == 2)
    }
  }

  static let unusable = [
    Mistake(
      arguments: ["rst.invalid:80"], line: "cannot resolve rst.invalid: Name or service not known"),
    Mistake(arguments: ["127.0.0.1:80", "-6"], line: "127.0.0.1 has no IPv6 address"),
    Mistake(arguments: ["[::1]:80", "-4"], line: "::1 has no IPv4 address"),
    Mistake(
      arguments: ["127.0.0.1:80", "--interface", "rst-nowhere"],
      line: "there is no interface rst-nowhere"),
    Mistake(
      arguments: ["127.0.0.1:80", "--source", "192.0.2.254"],
      line: "source address 192.0.2.254 is not an address of this machine"),
    Mistake(
      arguments: ["[fe80::1%rst-nowhere]:80"],
      line: "cannot resolve fe80::1%rst-nowhere: there is no interface rst-nowhere"),
    Mistake(
      arguments: ["[fe80::1]:80"],
      line: "fe80::1 is link-local: name its interface, as in [fe80::1%eth0]:PORT"),
    Mistake(arguments: ["224.0.0.1:80"], line: "224.0.0.1 is not the address of a single host"),
  ]

  @Test(.enabled(if: BuiltTool.isRoot, "needs root"), arguments: unusable)
  func `a name or a route that cannot be used ends with status 69`(_ mistake: Mistake) throws {
    // A resolver that is out of reach says so in other words; the status is the same.
    let path = "/tmp/rstprobe-\(getpid())-unusable.pcap"
    let outcome = try BuiltTool.run(mistake.arguments + ["--write-pcap", path])
    #expect(outcome.isOneLine)
    #expect(
      outcome.errors == "rstprobe: \(mistake.line)\n"
        || mistake.arguments[0].hasPrefix("rst.invalid"))
    #expect(outcome.status == 69)
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test func `missing privilege ends with status 77 and says what to grant`() throws {
    let path = "/tmp/rstprobe-\(getpid())-privilege.pcap"
    // The name does not resolve: privilege is looked at before the network.
    let outcome = try BuiltTool.runUnprivileged(["rst.invalid:80", "--write-pcap", path])
    #expect(outcome.isOneLine)
    #expect(outcome.errors.hasPrefix("rstprobe: needs CAP_NET_RAW"))
    #expect(outcome.errors.contains("sudo setcap cap_net_raw+ep /"))
    #expect(outcome.status == 77)
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test func `control characters of the input do not reach the terminal`() throws {
    let outcome = try BuiltTool.run(["a\u{1b}[31m\nb\u{9b}:0x"])
    #expect(outcome.isOneLine)
    #expect(!outcome.errors.dropLast().unicodeScalars.contains { $0.properties.isControl })
  }

  @Test func `output that cannot be written ends with one line and status 2`() throws {
    let outcome = try BuiltTool.shell("\"$TOOL\" --help > /dev/full")
    #expect(
      outcome.errors == "rstprobe: cannot write to standard output: "
        + "No space left on device\n")
    #expect(outcome.status == 2)
  }

  @Test func `a reader that goes away early is no error`() throws {
    let outcome = try BuiltTool.shell("{ \"$TOOL\" --help; echo $? >&2; } | true")
    #expect(outcome.errors == "0\n")
  }
}

extension Unicode.Scalar.Properties {
  fileprivate var isControl: Bool { generalCategory == .control }
}
