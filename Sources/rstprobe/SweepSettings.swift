internal import ArgumentParser
internal import RSTCore
internal import RSTNet
internal import RSTWire

/// What the command line of `sweep` means.
struct SweepSettings {
  var expressions: [TargetExpression]
  var targetFiles: [String]
  var excludeFiles: [String]
  var ports: PortList
  /// SYNs per second; nil for as fast as can be.
  var rate: Double?
  var maxTargets: UInt64
  var isDry: Bool
  var shard: Shard
  var seed: UInt64?
  var resume: String?
  /// How many ambiguous ports are investigated in full.
  var deepen: Int
  var xml: String?
  var store: String?
  var way: Way
  var isQuiet: Bool

  /// The highest rate that can be given as a number.
  private static let highest = 10_000_000.0

  /// Reads a command line.
  ///
  /// - Throws: `ValidationError` with one line that says what is wrong.
  init(_ command: SweepCommand) throws {
    expressions = try command.target.map { text in
      do throws(TargetTextError) { return try TargetExpression(parsing: text) } catch {
        throw ValidationError("\(error)")
      }
    }
    guard !command.target.isEmpty || !command.targets.isEmpty else {
      throw ValidationError("there are no targets; give some, or --targets FILE")
    }
    guard command.targets.count(where: { $0 == "-" }) <= 1, !command.exclude.contains("-") else {
      throw ValidationError("standard input can be read once, by --targets")
    }
    targetFiles = command.targets
    excludeFiles = command.exclude
    do throws(TargetTextError) { ports = try PortList(parsing: command.ports) } catch {
      throw ValidationError("-p \(error)")
    }
    rate = try Self.rate(command.rate)
    maxTargets = command.maxTargets
    isDry = command.dryRun
    shard = try Self.shard(command.shard)
    seed = command.seed
    resume = command.resume
    deepen = try Self.deepen(command.deepen)
    xml = command.nmapXml
    store = command.store
    way = try Way(command.way)
    isQuiet = command.quiet
    let files: [(String, String?, (String) -> SystemFailure?)] = [
      ("--resume", resume, AtomicFile.obstacle(to:)),
      ("--nmap-xml", xml, CaptureFileWriter.obstacle(to:)),
      // SQLite puts its journal beside the database.
      ("--store", store, AtomicFile.obstacle(to:)),
    ]
    for (option, path, obstacle) in files {
      if let path, let reason = obstacle(path) {
        throw ValidationError("\(option): cannot write \(path): \(reason)")
      }
    }
  }

  private static func rate(_ text: String) throws -> Double? {
    if text == "max" { return nil }
    guard text.utf8.allSatisfy({ $0 == 0x2e || (0x30...0x39).contains($0) }),
      let rate = Double(text), (1...highest).contains(rate)
    else {
      throw ValidationError("--rate '\(text)' is neither 'max' nor a number from 1 to 10000000")
    }
    return rate
  }

  private static func deepen(_ text: String) throws -> Int {
    switch text {
    case "all": return .max
    case "none": return 0
    default:
      guard let count = Int(text), count >= 0 else {
        throw ValidationError("--deepen '\(text)' is neither 'all' nor 'none' nor a number")
      }
      return count
    }
  }

  private static func shard(_ text: String?) throws -> Shard {
    do throws(TargetTextError) {
      if let text { return try Shard(parsing: text) }
      return try Shard.fromEnvironment(Environment.value) ?? .whole
    } catch {
      throw ValidationError(text == nil ? "\(error)" : "--shard \(error)")
    }
  }
}
