internal import ArgumentParser
internal import RSTNet

/// The command line of `rstprobe witness`.
struct Witness: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rstprobe witness",
    abstract: "Record what comes and goes on this host, as proof of who sent resets.",
    discussion: """
      Runs on the target of a prober, and records the headers of TCP segments on all interfaces, and \
      why the kernel's TCP made resets where the kernel tells (Linux 6.10 and later). Nothing is sent, \
      and no payload is kept. rstprobe HOST:PORT --witness FILE joins both sides: each reset is then \
      sent by this host, and why, or never sent by it. Start the witness first; clocks need not agree. \
      Needs CAP_NET_RAW, and CAP_SYS_ADMIN for the reasons (sudo).

      EXAMPLES
        sudo rstprobe witness --port 443 --output w.ndjson
        ssh target sudo rstprobe witness --port 443 --duration 30s > w.ndjson &
        sudo rstprobe target:443 --witness w.ndjson
        ssh target sudo rstprobe witness --duration 30s | sudo rstprobe target:443 --witness -

      EXIT STATUS
        0 recorded until the end of the duration or a signal, 2 usage or input error,
        69 no interface usable, 77 missing privilege
      """)

  @Option(help: ArgumentHelp("Only segments from or to this port.", valueName: "port"))
  var port: UInt16?

  @Option(
    help: ArgumentHelp(
      """
      Record for so long, else until interrupted: seconds, or a number with ms, s, m or h, a day at \
      most.
      """,
      valueName: "duration"))
  var duration: String?

  @Flag(help: "Write the record to a terminal too, where otherwise resets are shown for people.")
  var json = false

  @Option(
    help: ArgumentHelp(
      "Write the record to this file, and the resets for people to standard output.",
      valueName: "file"))
  var output: String?

  /// Refuses what is malformed or contradicts itself, before anything else happens.
  func validate() throws { _ = try WitnessSettings(self) }
}

/// What the command line of a witness means.
struct WitnessSettings {
  var port: UInt16?
  var duration: Duration?
  var output: String?
  /// Whether standard output gets the record.
  var isRecordSaid: Bool

  /// Reads a command line.
  ///
  /// - Throws: `ValidationError` with one line that says what is wrong.
  init(_ command: Witness) throws {
    guard command.port != 0 else { throw ValidationError("--port 0 is no port") }
    port = command.port
    duration = try command.duration.map {
      try DurationArgument(parsing: $0, option: "--duration").duration
    }
    output = command.output
    guard !(command.json && output != nil) else {
      throw ValidationError("--json and --output exclude each other")
    }
    isRecordSaid = output == nil && (command.json || !StandardStream.output.isTerminal)
  }
}
