internal import ArgumentParser

/// The command line of `rstprobe doctor`.
struct Doctor: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rstprobe doctor",
    abstract: "Say what a run would miss on this machine, or find in its way, and how to get it.",
    discussion: """
      Looks at privilege, libraries, kernel, interface and route, and reads the rules of this machine as \
      a probe would meet them: packet filters, address translation, sidecar proxies. Nothing is sent and \
      nothing is changed. Listing rules takes root (sudo); what could not be read is said.

      EXAMPLES
        sudo rstprobe doctor
        sudo rstprobe doctor example.org:443
        rstprobe doctor 192.0.2.1:22 --json

      EXIT STATUS
        0 nothing stands in the way, 1 something is missing or in the way, 2 usage error,
        3 nothing is known to be, but something that matters could not be read, 69 name unusable
      """)

  @Argument(
    help: ArgumentHelp("The target that is to be probed from here.", valueName: "host:port"))
  var target: String?

  @Flag(help: "Write one JSON document to standard output.")
  var json = false

  @OptionGroup var way: WayOptions

  @Option(help: ArgumentHelp("Colours: auto, always or never.", valueName: "when"))
  var color = "auto"

  /// Refuses what is malformed or contradicts itself, before anything else happens.
  func validate() throws { _ = try DoctorSettings(self) }
}

/// What the command line of a doctor means.
struct DoctorSettings {
  var target: TargetArgument?
  var isJSON: Bool
  var way: Way
  var color: ColorChoice

  /// Reads a command line.
  ///
  /// - Throws: `ValidationError` with one line that says what is wrong.
  init(_ command: Doctor) throws {
    target = try command.target.map { try TargetArgument(parsing: $0) }
    isJSON = command.json
    way = try Way(command.way)
    guard let color = ColorChoice(rawValue: command.color) else {
      throw ValidationError("--color '\(command.color)' is none of auto, always, never")
    }
    self.color = color
  }
}
