internal import ArgumentParser

/// The command line of `rstprobe sweep TARGET...`.
struct SweepCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rstprobe sweep",
    abstract: "Say of many ports who answers, refuses or swallows.",
    discussion: """
      Asks each target once, in an order that --seed repeats and without a memory of each probe; asks \
      again what was silent, slower each time and between control probes; judges resets by the marks \
      of the host's own. Writes one line of JSON for each target and port to standard output, \
      progress and a summary to standard error. Needs CAP_NET_RAW (sudo). Sweep only what you may \
      sweep.

      EXAMPLES
        sudo rstprobe sweep 192.0.2.0/24 -p 22,80,8000-8100 > found.ndjson
        sudo rstprobe sweep --targets hosts.txt --exclude never.txt -p 443 --rate 5000
        rstprobe sweep 198.18.0.0/15 -p 80 --dry-run
        sudo rstprobe sweep 198.18.0.0/15 -p 80 --shard 2/4 --seed 7 --resume part2.state
        rstprobe merge part*.ndjson

      EXIT STATUS
        0 all is said, 2 usage or input error, 3 some of it inconclusive, 69 names or routes unusable,
        77 missing privilege, 130 interrupted (what was measured is reported)
      """)

  @Argument(
    help: ArgumentHelp(
      "Names, addresses, blocks as 192.0.2.0/24, ranges as 192.0.2.1-192.0.2.9 or 192.0.2.1-9.",
      valueName: "target"))
  var target: [String] = []

  @Option(
    name: [.customShort("p"), .customLong("ports")],
    help: ArgumentHelp("The ports, as in 22,80,8000-8100.", valueName: "ports"))
  var ports: String

  @Option(
    help: ArgumentHelp(
      "Read targets from this file, one a line; - is standard input.", valueName: "file"))
  var targets: [String] = []

  @Option(
    help: ArgumentHelp("Leave out what this file names, one a line.", valueName: "file"))
  var exclude: [String] = []

  @Option(
    help: ArgumentHelp(
      "Send so many SYNs a second at most, or 'max' for as fast as can be.", valueName: "pps"))
  var rate = "1000"

  @Option(
    help: ArgumentHelp("Refuse to begin with more targets than this.", valueName: "n"))
  var maxTargets: UInt64 = 1 << 24

  @Flag(help: "Say what it would take, and send nothing.")
  var dryRun = false

  @Option(
    help: ArgumentHelp(
      "Do part I of N, counted from 1. Unless given, taken from the environment of a Kubernetes "
        + "Indexed Job or a Slurm array.", valueName: "i/n"))
  var shard: String?

  @Option(
    help: ArgumentHelp("Repeat the order of this seed; all parts need the same.", valueName: "s"))
  var seed: UInt64?

  @Option(
    help: ArgumentHelp(
      "Go on from this file if it is there; write it when interrupted.", valueName: "file"))
  var resume: String?

  @Option(
    help: ArgumentHelp(
      "Investigate so many ambiguous ports in full at the end: all, none or a number.",
      valueName: "n"))
  var deepen = "64"

  @Option(help: ArgumentHelp("Also write nmap's XML to this file.", valueName: "file"))
  var nmapXml: String?

  @Option(help: ArgumentHelp("Also write to this SQLite database.", valueName: "file"))
  var store: String?

  @OptionGroup var way: WayOptions

  @Flag(help: "Show no progress and no summary.")
  var quiet = false

  /// Refuses what is malformed or contradicts itself, before anything else happens.
  func validate() throws { _ = try SweepSettings(self) }
}
