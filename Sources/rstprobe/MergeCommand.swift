internal import ArgumentParser
internal import RSTArchive
internal import RSTCore
internal import RSTNet
internal import RSTReport
internal import RSTWire

/// The command line of `rstprobe merge FILE...`.
struct MergeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rstprobe merge",
    abstract: "Join the results of sweeps, and say what is missing, double, or seen differently.",
    discussion: """
      Writes each line of the files once to standard output, and a summary to standard error. Lines \
      belong together by the sweep that they name. A target that is not the same from two source \
      addresses is a finding: it gets a line of its own at the end, with a key "differs". Needs no \
      privilege.

      EXAMPLES
        rstprobe merge part*.ndjson > all.ndjson
        rstprobe merge --quiet inside.ndjson outside.ndjson

      EXIT STATUS
        0 nothing missing and nothing different, 1 a target is seen differently, 2 usage or input
        error (also lines that are no sweep's), 3 results are missing
      """)

  @Argument(help: ArgumentHelp("Results; - is standard input.", valueName: "file"))
  var file: [String]

  @Flag(help: "Write no joined lines: findings only.")
  var quiet = false
}

/// Joins files.
struct MergeRun {
  private let files: [String]
  private let isQuiet: Bool
  private var join = SweepJoin()
  private var output: [UInt8] = []
  private var (damaged, refused) = (0, 0)

  /// The largest file that is read, in octets.
  private static let limit = 8 << 30

  init(_ command: MergeCommand) {
    files = command.file
    isQuiet = command.quiet
  }

  /// Joins.
  ///
  /// - Parameters:
  ///   - say: Writes to standard output.
  ///   - complain: Writes a line to standard error.
  /// - Returns: How the program ends.
  /// - Throws: `Failure`.
  mutating func run(
    say: (String) throws(Failure) -> Void, complain: (String) -> Void
  ) throws(Failure) -> ExitStatus {
    Confinement.merging.enter()
    for path in files {
      let octets: [UInt8]
      do throws(InputFileError) { octets = try InputFile.readAny(path, limit: Self.limit) } catch {
        throw Failure(message: "'\(path)' \(error)", status: .usage)
      }
      var number = 0
      for line in octets.split(separator: 0x0a, omittingEmptySubsequences: false) {
        number += 1
        guard !line.isEmpty else { continue }
        try take(line, at: "\(path):\(number)", say, complain)
      }
    }
    try flush(say)
    return try report(say, complain)
  }

  private mutating func take(
    _ line: ArraySlice<UInt8>, at place: String, _ say: (String) throws(Failure) -> Void,
    _ complain: (String) -> Void
  ) throws(Failure) {
    // What an earlier join found is found again, where it still holds.
    guard !line.starts(with: Self.differencePrefix.utf8) else { return }
    guard let record = SweepRecord(line) else {
      damaged += 1
      if damaged <= 10 { complain("\(place): not a line of a sweep; left out") }
      return
    }
    let kind = join.add(
      record.endpoint, record.port, record.responder, source: record.source, sweep: record.sweep,
      shard: record.shard, place: record.place, targets: record.targets)
    switch kind {
    case .new:
      guard !isQuiet else { return }
      output.append(contentsOf: line)
      output.append(0x0a)
      if output.count > 1 << 20 { try flush(say) }
    case .repeated: break
    case .refused:
      refused += 1
      if refused <= 10 { complain("\(place): contradicts other lines of its sweep; left out") }
    }
  }

  private mutating func flush(_ say: (String) throws(Failure) -> Void) throws(Failure) {
    guard !output.isEmpty else { return }
    try say(String(decoding: output, as: UTF8.self))
    output.removeAll(keepingCapacity: true)
  }

  private func report(
    _ say: (String) throws(Failure) -> Void, _ complain: (String) -> Void
  ) throws(Failure) -> ExitStatus {
    let parts = join.parts
    for part in parts {
      complain(
        "sweep \(part.sweep): \(part.known) of \(part.targets) targets, "
          + "\(part.repeated) twice")
      guard part.missing > 0 else { continue }
      let gaps = part.gaps.map { "\($0.lowerBound)-\($0.upperBound - 1)" }.joined(separator: ", ")
      let shards = part.missingShards.prefix(16).joined(separator: ", ")
      complain(
        "  \(part.missing) missing: places \(gaps)"
          + (part.gaps.count == SweepJoin.mostGaps ? " and more" : "")
          + (shards.isEmpty ? "" : "; nothing of part \(shards)"))
    }
    let differences = join.differences
    for difference in differences { try say(Self.line(of: difference)) }
    if !differences.isEmpty {
      complain("\(differences.count) targets are seen differently from two places")
    }
    if damaged + refused > 0 {
      complain("\(damaged + refused) lines left out")
      return .usage
    }
    if !differences.isEmpty { return .expectation }
    return parts.contains { $0.missing > 0 } ? .inconclusive : .answered
  }

  private static let differencePrefix = "{\"differs\": "

  private static func line(of difference: SweepJoin.Difference) -> String {
    let views = difference.views.map { view in
      "{\"source\": \(JSONValue.string(view.source).compact), \"port\": \"\(view.port.rawValue)\", "
        + "\"responder\": \"\(view.responder.rawValue)\"}"
    }
    return differencePrefix + "{\"address\": \"\(difference.endpoint.address)\", \"port\": "
      + "\(difference.endpoint.port), \"views\": [\(views.joined(separator: ", "))]}}\n"
  }
}
