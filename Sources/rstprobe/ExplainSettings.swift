internal import ArgumentParser
internal import RSTCore
internal import RSTWire

/// What the command line of `explain` means.
struct ExplainSettings {
  /// What is written.
  enum Form: Hashable {
    case text
    case json
    case lines
  }

  var file: String
  var compared: String?
  var form = Form.text
  var hosts: Set<IPAddress> = []
  var ports: Set<UInt16>
  var causes: Set<String>
  var frames: Set<Int>
  var failing: Set<String> = []
  var bundle: BundleOutput?
  var capacity: Int
  var isQuiet: Bool
  var isVerbose: Bool
  var color: ColorChoice

  /// Reads a command line.
  ///
  /// - Throws: `ValidationError` with one line that says what is wrong.
  init(_ command: Explain) throws {
    guard !(command.json && command.ndjson) else {
      throw ValidationError("--json and --ndjson exclude each other")
    }
    guard !(command.quiet && command.verbose) else {
      throw ValidationError("--quiet and --verbose exclude each other")
    }
    guard (16...10_000_000).contains(command.maxConnections) else {
      throw ValidationError("--max-connections \(command.maxConnections) is not in 16 to 10000000")
    }
    guard let color = ColorChoice(rawValue: command.color) else {
      throw ValidationError("--color '\(command.color)' is none of auto, always, never")
    }
    if let other = command.compare {
      guard !other.isEmpty else { throw ValidationError("--compare names no file") }
      guard command.file != "-" else {
        throw ValidationError(
          "with --compare the first file is read twice, so that it cannot be standard input; the "
            + "second one can")
      }
      guard other != command.file else {
        throw ValidationError("--compare '\(other)' is the same file: there is nothing to compare")
      }
    }
    guard command.bundle == nil || command.file != "-" else {
      throw ValidationError("with --bundle the file is read twice: it cannot be standard input")
    }
    file = command.file
    bundle = try command.bundle.map { try BundleOutput($0) }
    if let bundle, bundle.replaces(file) {
      throw ValidationError("--bundle \(bundle.path) would replace the file that is read")
    }
    compared = command.compare
    if command.json { form = .json }
    if command.ndjson { form = .lines }
    hosts = Set(try command.host.map(Self.address))
    ports = Set(command.port)
    causes = Set(try command.cause.map { try Self.cause($0, option: "--cause") })
    frames = Set(command.frame)
    let failOn = command.failOn?.split(separator: ",", omittingEmptySubsequences: false) ?? []
    failing = Set(try failOn.map { try Self.cause(String($0), option: "--fail-on") })
    capacity = command.maxConnections
    isQuiet = command.quiet
    isVerbose = command.verbose
    self.color = color
  }

  /// Whether a connection is one that was asked for.
  func wants(_ explained: ExplainedConnection) -> Bool {
    let ends = [explained.connection.client, explained.connection.server]
    return (hosts.isEmpty || ends.contains { hosts.contains($0.address) })
      && (ports.isEmpty || ends.contains { ports.contains($0.port) })
      && (causes.isEmpty || explained.codes.contains { causes.contains($0) })
      && (frames.isEmpty
        || explained.resets.contains { reset in
          frames.contains(reset.reset.segment.frame)
            || reset.reset.copies.contains(where: frames.contains)
        })
  }

  /// Whether a run of rstprobe is one that was asked for: a cause or a frame asks for connections.
  func wants(_ run: RecordedRun) -> Bool {
    (hosts.isEmpty || hosts.contains(run.prober) || hosts.contains(run.target.address))
      && (ports.isEmpty || ports.contains(run.target.port))
      && (causes.isEmpty || run.codes.contains { causes.contains($0) })
      && (frames.isEmpty || run.frames.contains(where: frames.contains))
  }

  private static func address(_ text: String) throws -> IPAddress {
    guard let address = IPAddress(text) else {
      throw ValidationError("--host '\(text)' is not an IPv4 or IPv6 address")
    }
    return address
  }

  private static func cause(_ text: String, option: String) throws -> String {
    guard CaptureCauses.codes.contains(text) else {
      throw ValidationError(
        "\(option) '\(text)' is no cause; there are \(CaptureCauses.codes.joined(separator: ", "))")
    }
    return text
  }
}

extension RecordedRun {
  /// The words that are said of it.
  var codes: [String] { conclusion.findings.map(\.code.rawValue) }
}

extension ExplainedConnection {
  /// The words that are said of it.
  var codes: [String] {
    resets.map(\.finding.code.rawValue) + findings.map(\.code.rawValue)
      + (comparison?.findings.map(\.finding.code.rawValue) ?? [])
  }
}
