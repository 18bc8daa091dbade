internal import ArgumentParser

/// The command line of `rstprobe explain FILE`.
struct Explain: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rstprobe explain",
    abstract: "Say of each reset in a capture file who sent it, and why.",
    discussion: """
      Reads pcap and pcapng, of Ethernet, Linux cooked captures, raw IP, loopback and tunnels, in one \
      pass and bounded memory. Needs no privilege and sends nothing.

      EXAMPLES
        rstprobe explain trace.pcap
        rstprobe explain trace.pcapng --host 192.0.2.7 --port 443 --verbose
        rstprobe explain client.pcap --compare server.pcap
        tcpdump -w - | rstprobe explain - --ndjson
        rstprobe explain trace.pcap --quiet --fail-on injected-reset,middlebox-forgot

      EXIT STATUS
        0 explained, 1 a cause of --fail-on was found, 2 usage or input error
      """)

  @Argument(help: ArgumentHelp("The capture file; - is standard input.", valueName: "file"))
  var file: String

  @Option(
    help: ArgumentHelp(
      "Compare with a capture of the same traffic at another point: what was lost, changed or forged "
        + "between the two. FILE is read twice then; only this one may be -.", valueName: "file"))
  var compare: String?

  @Flag(help: "Write one JSON document to standard output.")
  var json = false

  @Flag(help: "Write one connection a line, as JSON, as soon as it is explained.")
  var ndjson = false

  @Option(help: ArgumentHelp("Only connections of this address.", valueName: "addr"))
  var host: [String] = []

  @Option(help: ArgumentHelp("Only connections of this port.", valueName: "port"))
  var port: [UInt16] = []

  @Option(
    help: ArgumentHelp("Only connections with a reset of this cause.", valueName: "code"))
  var cause: [String] = []

  @Option(help: ArgumentHelp("Only the connection with the reset of this frame.", valueName: "n"))
  var frame: [Int] = []

  @Option(
    help: ArgumentHelp(
      "End with status 1 where one of these causes is found.", valueName: "code,..."))
  var failOn: String?

  @Option(
    help: ArgumentHelp(
      "Keep so many connections in memory: 16 to 10000000. Where there are more, those that were "
        + "silent for longest are judged first.", valueName: "n"))
  var maxConnections = 50_000

  @Option(
    help: ArgumentHelp(
      """
      Write the proof for a ticket into this directory, made where it is missing: report.html, \
      report.md, report.json, \
      the packets with comments, and a diagram; of up to 50 resets, some of each cause. FILE is read \
      twice then. An earlier bundle there is replaced.
      """,
      valueName: "dir"))
  var bundle: String?

  @Flag(help: "Say how often each cause was found, and no more.")
  var quiet = false

  @Flag(help: "Show the source of each piece of evidence.")
  var verbose = false

  @Option(help: ArgumentHelp("Colours: auto, always or never.", valueName: "when"))
  var color = "auto"

  /// Refuses what is malformed or contradicts itself, before anything else happens.
  func validate() throws { _ = try ExplainSettings(self) }
}
