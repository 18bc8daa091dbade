internal import RSTArchive
internal import RSTCore
internal import RSTNet
internal import RSTReport
internal import RSTWire

/// Runs a sweep: from its settings to its exit status.
struct SweepExecution {
  private let settings: SweepSettings
  private let say: (String) throws(Failure) -> Void
  private let complain: (String) -> Void
  private let targets: SweepTargets
  private let space: TargetSpace
  private let snapshot: SweepSnapshot?
  private let seed: UInt64

  /// The longest file that can be a snapshot.
  private static let snapshotLimit = 1 << 31

  /// Reads targets and, where a sweep goes on, its file.
  ///
  /// - Throws: `Failure`.
  init(
    _ settings: SweepSettings, say: @escaping (String) throws(Failure) -> Void,
    complain: @escaping (String) -> Void
  ) throws(Failure) {
    self.settings = settings
    self.say = say
    self.complain = complain
    targets = try SweepTargets(settings, complain: complain)
    space = try Self.space(of: targets, settings)
    snapshot = try Self.snapshot(settings, of: space)
    if let snapshot {
      seed = snapshot.seed
    } else if settings.shard.count > 1 {
      // All parts have to agree on the order, also where nobody gave a seed.
      seed = settings.seed ?? space.fingerprint
    } else {
      seed = settings.seed ?? .random(in: 0...UInt64(UInt32.max))
    }
  }

  private static func space(
    of targets: SweepTargets, _ settings: SweepSettings
  ) throws(Failure) -> TargetSpace {
    let space: TargetSpace
    do throws(TargetSpace.Refusal) {
      space = try TargetSpace(
        targets.ranges, excluding: targets.excluded, ports: settings.ports)
    } catch {
      switch error {
      case .empty:
        throw Failure(
          message: "no target is left", status: targets.unknownNames > 0 ? .unusableTarget : .usage)
      case .tooLarge:
        throw Failure(
          message: "these are more than \(TargetSpace.limit) targets: no sweep ends", status: .usage
        )
      }
    }
    let count = settings.shard.size(of: space.count)
    guard count <= settings.maxTargets || settings.isDry else {
      throw Failure(
        message: "these are \(count) targets; --max-targets \(count) permits that, --dry-run says "
          + "what it takes", status: .usage)
    }
    return space
  }

  private static func snapshot(
    _ settings: SweepSettings, of space: TargetSpace
  ) throws(Failure) -> SweepSnapshot? {
    guard let path = settings.resume else { return nil }
    let octets: [UInt8]
    do throws(InputFileError) { octets = try InputFile.read(path, limit: snapshotLimit) } catch {
      // The first run of a sweep that can be interrupted.
      guard !error.isMissingFile else { return nil }
      throw Failure(message: "--resume '\(path)' \(error)", status: .usage)
    }
    let snapshot: SweepSnapshot
    do throws(SweepSnapshot.Refusal) { snapshot = try SweepSnapshot(parsing: octets) } catch {
      let what = error == .noSnapshot ? "is no resume file" : "is damaged"
      throw Failure(message: "\(path) \(what)", status: .usage)
    }
    guard snapshot.fingerprint == space.fingerprint, snapshot.shard == settings.shard,
      settings.seed == nil || settings.seed == snapshot.seed
    else {
      throw Failure(
        message: "\(path) is of another sweep: targets, ports, shard and seed must be the same",
        status: .usage)
    }
    return snapshot
  }

  /// Sweeps.
  ///
  /// - Returns: How the program ends.
  /// - Throws: `Failure`.
  func run() throws(Failure) -> ExitStatus {
    if settings.isDry {
      try say(SweepText.estimate(plan))
      return .answered
    }
    guard Privilege.hasRawNetwork else {
      throw Failure(message: Privilege.missingRawNetwork, status: .missingPrivilege)
    }
    let keeper = try FileKeeper.keeping([settings.resume.map { .file($0) }])
    let request = SweepRun.Request(
      space: space, shard: settings.shard, seed: seed,
      options: Sweep.Options(rate: settings.rate), interface: settings.way.interface,
      source: settings.way.source)
    var run: SweepRun
    do { run = try SweepRun(request) } catch { throw Self.failure(error) }
    if let snapshot, !run.resume(snapshot) {
      throw Failure(message: "the resume file is of another sweep", status: .usage)
    }
    var session = try SweepSession(
      settings, space: space, seed: seed, names: targets.names, vantages: run.vantages,
      said: snapshot?.said, keeper: keeper)
    Confinement.sweeping(deepens: settings.deepen > 0, store: settings.store).enter()
    if !settings.isQuiet, let said = snapshot?.said {
      complain("going on where \(said) of \(run.sweep.targets) targets are said")
    }
    let ending = session.sweep(&run)
    let status = try session.finish(&run, ending, complain: complain)
    guard status == .answered || status == .inconclusive else { return status }
    if targets.badLines > 0 { return .usage }
    return targets.unknownNames > 0 ? .unusableTarget : status
  }

  private var plan: SweepText.Plan {
    SweepText.Plan(
      hosts: space.hosts, ports: space.ports.count, targets: settings.shard.size(of: space.count),
      total: space.count, shard: settings.shard, seed: seed, rate: settings.rate)
  }

  static func failure(_ error: any Error) -> Failure {
    if let error = error as? LiveRunError { return Failure(error) }
    return Failure(message: "\(error)", status: .unusableTarget)
  }
}
