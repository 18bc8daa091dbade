internal import ArgumentParser
internal import RSTCore
internal import RSTExporter
internal import RSTNet
internal import RSTWire

/// The command line of `rstprobe exporter`.
struct ExporterOptions: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rstprobe exporter",
    abstract: "Answer Prometheus: the state of a port, and who says so, at every scrape.",
    discussion: """
      Serves /probe?target=HOST:PORT over HTTP, as blackbox_exporter does: each request is one run, \
      one at a time for each host, and its verdict is the labels of rstprobe_verdict. Only what is \
      allowed is probed. Without encryption and passwords: leave it on loopback, or put something \
      in front that has both. Runs until SIGINT or SIGTERM. Needs CAP_NET_RAW (sudo).

      ALLOWED TARGETS are written HOSTS:PORTS. Names are allowed by name, addresses by address:
        db.example.org:5432
        192.0.2.0/24:22,80,443
        [2001:db8::/64]:1-1023

      EXAMPLES
        sudo rstprobe exporter --allow 192.0.2.0/24:22,443
        sudo rstprobe exporter --allow-file /etc/rstprobe/allowed --jobs 8
        curl 'http://127.0.0.1:19293/probe?target=192.0.2.1:443'
        curl 'http://127.0.0.1:19293/probe?target=192.0.2.1:23&expect=dropped'

      PARAMETERS OF /probe
        target=HOST:PORT  what to probe
        checks=path       walks the way to it too
        expect=STATES     the states of the port that are probe_success; unless
                          given each that can be told: open, closed, rejected,
                          dropped, overloaded, unreachable

      EXIT STATUS
        0 ended by a signal, 2 usage or input error, 69 cannot listen there,
        77 missing privilege
      """)

  @Option(
    help: ArgumentHelp(
      "Listen on this address and port; 127.0.0.1:19293 unless given.", valueName: "addr:port"))
  var listen: String?

  @Option(
    help: ArgumentHelp(
      "Allow these ports of these hosts; may be given several times.", valueName: "hosts:ports"))
  var allow: [String] = []

  @Option(
    help: ArgumentHelp(
      "Allow what the lines of this file say; # begins a comment.", valueName: "file"))
  var allowFile: [String] = []

  @Option(help: ArgumentHelp("Probe so many hosts at once: 1 to 16.", valueName: "n"))
  var jobs = 4

  @OptionGroup var way: WayOptions

  /// Refuses what is malformed or contradicts itself, before anything else happens.
  func validate() throws { _ = try ExporterSettings(self) }
}

/// What the command line of an exporter means.
struct ExporterSettings {
  /// Where it listens unless told otherwise.
  ///
  /// The port is nobody's: IANA has not given it away, and it
  /// is above the range of Prometheus' exporters, which is full.
  static let usual = (address: "127.0.0.1", port: UInt16(19293))

  var address: IPAddress
  var port: UInt16
  var allowed = AllowList()
  var jobs: Int
  var way: Way

  /// The most octets of a list of what is allowed: 1 MiB.
  private static let limit = 1 << 20

  /// Reads a command line.
  ///
  /// - Throws: `ValidationError` with one line that says what is wrong.
  init(_ command: ExporterOptions) throws {
    let listen = command.listen ?? "\(Self.usual.address):\(Self.usual.port)"
    let place = try TargetArgument(parsing: listen)
    guard let address = IPAddress(place.host) else {
      throw ValidationError(
        "--listen '\(listen)' begins with no address; write 127.0.0.1:\(Self.usual.port)")
    }
    self.address = address
    port = place.port
    guard (1...16).contains(command.jobs) else {
      throw ValidationError("--jobs \(command.jobs) is not in 1 to 16")
    }
    jobs = command.jobs
    way = try Way(command.way)
    for entry in command.allow { try allow("--allow") { try $0.add(entry) } }
    for path in command.allowFile {
      let octets: [UInt8]
      do throws(InputFileError) { octets = try InputFile.read(path, limit: Self.limit) } catch {
        throw ValidationError("--allow-file '\(path)' \(error)")
      }
      try allow("--allow-file '\(path)'") {
        try $0.add(lines: String(decoding: octets, as: UTF8.self))
      }
    }
    guard !allowed.isEmpty else {
      throw ValidationError(
        "nothing is allowed: give --allow HOSTS:PORTS, as in 192.0.2.0/24:22,443, or --allow-file")
    }
  }

  private mutating func allow(_ option: String, _ add: (inout AllowList) throws -> Void) throws {
    do { try add(&allowed) } catch { throw ValidationError("\(option): \(error)") }
  }
}
