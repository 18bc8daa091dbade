internal import ArgumentParser
internal import RSTCore

/// The command line of `rstprobe HOST:PORT`.
struct RSTProbe: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rstprobe",
    abstract: "Say who reset, refused or swallowed a TCP connection, and why, with evidence.",
    discussion: """
      Sends a few dozen probes to one port, in parallel and gently, and judges what comes back. \
      Where the port is open it then opens some 40 short connections, to see what they do for \
      segments that a stranger might forge (RFC 5961). Needs CAP_NET_RAW (sudo). Probe only what \
      you may probe.

      EXAMPLES
        sudo rstprobe example.org:443
        sudo rstprobe '[2001:db8::1]:22' --verbose
        sudo rstprobe example.org:8443 -4 --json --write-pcap run.pcap
        sudo rstprobe example.org:5432 --idle 6m
        sudo rstprobe example.org:5432 --bundle proof
        sudo rstprobe example.org:443 --sni example.org

      CAPTURE FILES
        rstprobe explain trace.pcap      why the connections in it were reset; see
                                         rstprobe explain --help

      POLICIES
        rstprobe audit policy.yaml       whether ports answer in the manner that is expected; see
                                         rstprobe audit --help

      THIS MACHINE
        rstprobe doctor [HOST:PORT]      what is missing or in the way here; see
                                         rstprobe doctor --help

      PROOF FROM THE TARGET
        rstprobe witness                 on the target: records what comes and goes there, for
                                         --witness; see rstprobe witness --help

      PROMETHEUS
        rstprobe exporter                the verdict at every scrape; see rstprobe exporter --help

      EXIT STATUS
        0 answered, 2 usage or input error, 3 inconclusive, 69 name or route unusable,
        77 missing privilege, 130 interrupted (what was measured is reported)
      """,
    version: "rstprobe \(Version.current)")

  @Argument(
    help: ArgumentHelp(
      "The target, as in 192.0.2.1:22 or [2001:db8::1]:22.", valueName: "host:port"))
  var target: String

  @Flag(help: "Write one JSON document to standard output.")
  var json = false

  @Option(
    help: ArgumentHelp(
      """
      What to do, with commas between: \(CheckList.names). Unless given: handshake, path, rfc5961, \
      states, close, fingerprint. The handshake is always done.
      """,
      valueName: "list"))
  var checks: String?

  @Option(
    help: ArgumentHelp(
      """
      Leave connections alone for up to so long, and say whether and how they end: seconds, or a \
      number with ms, s, m or h, a day at most. Takes that long.
      """,
      valueName: "duration"))
  var idle: String?

  @Option(
    help: ArgumentHelp(
      "With --idle: 2 narrows what was found by a second round.", valueName: "n"))
  var idleRounds: Int?

  @Option(
    help: ArgumentHelp(
      """
      Ask for this host over HTTP, and see whether the name alone provokes a reset or silence. May \
      be given several times, as --sni and --payload may.
      """,
      valueName: "name"))
  var httpHost: [String] = []

  @Option(
    help: ArgumentHelp("Ask for this host over TLS, likewise.", valueName: "name"))
  var sni: [String] = []

  @Option(
    help: ArgumentHelp(
      "Send the octets of this file, likewise; 64 KiB at most.", valueName: "file"))
  var payload: [String] = []

  @Flag(help: "Say also for how long a trigger leaves the endpoints blocked.")
  var residual = false

  @Option(
    help: ArgumentHelp("Repeat the verdict over so many source ports: 1 to 64.", valueName: "n"))
  var flows = 1

  @Option(
    help: ArgumentHelp("Write everything sent and received to a file.", valueName: "file"))
  var writePcap: String?

  @Option(
    help: ArgumentHelp(
      """
      Write the proof for a ticket into this directory, made where it is missing: report.html, \
      report.md, report.json, \
      the packets with comments, and a diagram. An earlier bundle there is replaced.
      """,
      valueName: "dir"))
  var bundle: String?

  @Option(
    help: ArgumentHelp(
      """
      Join what rstprobe witness records at the target: which resets it sent, and which never. The \
      file is read until its end is written; - is standard input.
      """,
      valueName: "file"))
  var witness: String?

  @OptionGroup var way: WayOptions

  @Option(
    help: ArgumentHelp("Walk the path so far at most: 1 to 255.", valueName: "n"))
  var maxHops = 30

  @Flag(help: "Say the verdict only, and show no progress.")
  var quiet = false

  @Flag(help: "Show every packet, and the source of each piece of evidence.")
  var verbose = false

  @Option(
    help: ArgumentHelp("Colours: auto, always or never.", valueName: "when"))
  var color = "auto"

  @Option(
    help: ArgumentHelp(
      "Choose ports and numbers after this seed, to repeat a run.", valueName: "n"))
  var seed: UInt64?

  /// Refuses what is malformed or contradicts itself, before anything else happens.
  func validate() throws { _ = try Settings(self) }
}
