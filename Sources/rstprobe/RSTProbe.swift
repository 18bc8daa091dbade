internal import ArgumentParser
internal import RSTCore
internal import RSTNet
internal import RSTWire

/// The command line of `rstprobe HOST:PORT`.
struct RSTProbe: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rstprobe",
    abstract: "Say who reset, refused or swallowed a TCP connection, and why, with evidence.",
    discussion: """
      Sends a few dozen probes to one port, in parallel and gently, and judges what comes back. \
      Needs CAP_NET_RAW (sudo). Probe only what you may probe.

      EXAMPLES
        sudo rstprobe example.org:443
        sudo rstprobe '[2001:db8::1]:22' --verbose
        sudo rstprobe example.org:8443 -4 --json --write-pcap run.pcap

      EXIT STATUS
        0 answered, 2 usage or input error, 3 inconclusive, 69 name or route unusable,
        77 missing privilege, 130 interrupted (what was measured is reported)
      """,
    version: "rstprobe 0.1.0")

  @Argument(
    help: ArgumentHelp("The target, as in 192.0.2.1:22 or [2001:db8::1]:22.", valueName: "host:port"),
    transform: TargetArgument.init(parsing:))
  var target: TargetArgument

  @Flag(help: "Write one JSON document to standard output.")
  var json = false

  @Option(
    help: ArgumentHelp(
      "What to do: handshake, path, all, with commas between; the handshake is always done.",
      valueName: "list"),
    transform: CheckList.init(parsing:))
  var checks: CheckList?

  @Option(
    help: ArgumentHelp("Repeat the verdict over so many source ports: 1 to 64.", valueName: "n"))
  var flows = 1

  @Option(
    help: ArgumentHelp("Write everything sent and received to a file.", valueName: "file"))
  var writePcap: String?

  @Flag(name: .customShort("4"), help: "Use IPv4.")
  var ipv4 = false

  @Flag(name: .customShort("6"), help: "Use IPv6.")
  var ipv6 = false

  @Option(help: ArgumentHelp("Send through this interface.", valueName: "if"))
  var interface: String?

  @Option(
    help: ArgumentHelp("Send from this address of this machine.", valueName: "addr"),
    transform: Self.address(parsing:))
  var source: IPAddress?

  @Option(
    help: ArgumentHelp("Walk the path so far at most: 1 to 255.", valueName: "n"))
  var maxHops = 30

  @Flag(help: "Say the verdict only, and show no progress.")
  var quiet = false

  @Flag(help: "Show every packet, and the source of each piece of evidence.")
  var verbose = false

  @Option(
    help: ArgumentHelp("Colours: auto, always or never.", valueName: "when"),
    transform: Self.color(parsing:))
  var color = ColorChoice.auto

  @Option(
    help: ArgumentHelp("Choose ports and numbers after this seed, to repeat a run.", valueName: "n"))
  var seed: UInt64?

  private static func address(parsing text: String) throws -> IPAddress {
    guard let address = IPAddress(text) else {
      throw ValidationError("source '\(text)' is not an IPv4 or IPv6 address")
    }
    return address
  }

  private static func color(parsing text: String) throws -> ColorChoice {
    guard let choice = ColorChoice(rawValue: text) else {
      throw ValidationError("color '\(text)' is none of auto, always, never")
    }
    return choice
  }

  /// Refuses what contradicts itself, before anything else happens.
  func validate() throws {
    guard (1...64).contains(flows) else {
      throw ValidationError("--flows \(flows) is not in 1 to 64")
    }
    guard (1...255).contains(maxHops) else {
      throw ValidationError("--max-hops \(maxHops) is not in 1 to 255")
    }
    guard !(ipv4 && ipv6) else { throw ValidationError("-4 and -6 exclude each other") }
    guard !(quiet && verbose) else {
      throw ValidationError("--quiet and --verbose exclude each other")
    }
    if let source, let family, source.family != family {
      throw ValidationError("source \(source) is not an \(family == .ipv4 ? "IPv4" : "IPv6") address")
    }
    if let writePcap {
      guard writePcap != "-" else {
        throw ValidationError("--write-pcap needs a file; standard output carries the report")
      }
      if let obstacle = CaptureFileWriter.obstacle(to: writePcap) {
        throw ValidationError("cannot write \(writePcap): \(obstacle)")
      }
    }
  }

  /// The family that was asked for; nil for both.
  var family: AddressFamily? {
    if ipv4 { return .ipv4 }
    return ipv6 ? .ipv6 : nil
  }

  /// What the investigation may vary.
  var options: InvestigationOptions {
    var options = InvestigationOptions()
    options.flows = flows
    options.maximumHops = maxHops
    options.walksPath = checks?.walksPath ?? true
    return options
  }
}
