import RSTWire

/// Which connections are opened for the triggers, in which rounds, and which of them are needed.
///
/// Controls come first, all of them beside what else a run does: residual blocking after a trigger
/// would be mistaken for the trigger's own effect. Each trigger has three rounds then: whether what is
/// harmless passes (again), the trigger, and the trigger with hop limits that end on the way, beside
/// which it is watched how long the endpoints stay blocked. INJECTORS, section 4.1 and 4.3.
struct InterferencePlan: Sendable {
  /// What is tried.
  let triggers: [Trigger]
  /// The host's distance in hops.
  let distance: Int
  /// Whether the time is measured for which the endpoints stay blocked.
  let measuresResidual: Bool
  private let noise: [[UInt8]]

  /// Where the triggers' rounds begin, and how far their beginnings are apart.
  private static let roundsOfEach = 3
  /// How many hop limits are tried at most: each takes a connection, and all at once.
  private static let mostRungs = 16
  /// How far beyond the host.
  private static let beyond = 2
  /// The most octets of a segment: they pass tunnels too.
  private static let segmentSize = 1_200
  /// The hop limit of every second trigger: a reset that copies it comes with another one each time.
  private static let otherHopLimit: UInt8 = 57
  /// How long what stays blocked is watched.
  private static let residualLimit = Duration.seconds(300)
  /// How often it is looked whether the next trigger can be tried.
  private static let mostWitnesses = 5

  /// A plan without anything.
  init() { self.init([], distance: 0, measuresResidual: false, seed: 0) }

  init(_ triggers: [Trigger], distance: Int, measuresResidual: Bool, seed: UInt64) {
    self.triggers = triggers
    self.distance = max(distance, 1)
    self.measuresResidual = measuresResidual
    var random = SplitMix(seed: seed ^ 0x6e6f_6973_65)
    noise = triggers.map { trigger in
      trigger.octets.map { _ in UInt8.random(in: 0...255, using: &random) }
    }
  }

  /// How many packets it may take beside what the rest takes.
  var packets: Int { triggers.count * 800 }

  /// How much longer connections are opened for it.
  var longest: Duration { .seconds(triggers.isEmpty ? 0 : 10 + 20 * triggers.count) }
}

// MARK: - What is opened

extension InterferencePlan {
  /// Every connection of the plan; those of rounds that are not needed are never used.
  var experiments: TriggerList {
    guard !triggers.isEmpty else { return [] }
    var list: TriggerList = [.silent, .close].map {
      TriggerExperiment($0, of: 0, payload: [], round: 0)
    }
    list.append(TriggerExperiment(.silent, of: 0, payload: [], round: 0))
    for number in triggers.indices {
      list.append(
        TriggerExperiment(.noise, of: number, payload: segments(noise[number]), round: 0))
      guard triggers[number].harmless != nil else { continue }
      list += (0..<2).map { _ in
        TriggerExperiment(.harmless, of: number, payload: harmless(number), round: 0)
      }
    }
    list += rungs.map {
      RungExperiment(
        .controlRung($0), of: 0, payload: harmless(0), round: 0, opensEarly: false)
    }
    for number in triggers.indices { list += experiments(of: number) }
    return list
  }

  typealias TriggerList = [any Experiment]

  private func experiments(of number: Int) -> TriggerList {
    let octets = triggers[number].octets
    let first = Self.roundsOfEach * number
    var list: TriggerList = []
    if number > 0 { list.append(witness(of: number, round: first, delay: .zero)) }
    if triggers[number].harmless != nil {
      list += (0..<2).map { _ in
        TriggerExperiment(.beside, of: number, payload: harmless(number), round: first + 1)
      }
    }
    list += [nil, otherHopLimit].map {
      TriggerExperiment(
        .trigger, of: number, payload: segments(octets), round: first + 1, hopLimit: $0)
    }
    if let cut = triggers[number].split {
      list.append(
        TriggerExperiment(
          .split, of: number, payload: [Array(octets[..<cut]), Array(octets[cut...])],
          round: first + 1))
    }
    // Bystanders first: what is as old as they are, and no older, has not just become too old.
    list += (1...2).map { bystander(of: number, round: first + 2, firstAsk: $0) }
    list += rungs.map {
      RungExperiment(
        .rung($0), of: number, payload: segments(octets), round: first + 2, opensEarly: true)
    }
    if measuresResidual {
      list.append(witness(of: number, round: first + 2, delay: .milliseconds(300)))
    }
    return list
  }

  private func bystander(of number: Int, round: Int, firstAsk: Int) -> RungExperiment {
    var experiment = RungExperiment(
      .bystander, of: number, payload: [], round: round, opensEarly: true)
    experiment.hopLimits = rungs.filter { $0 < distance }
    experiment.firstAsk = firstAsk
    return experiment
  }

  /// Not where the host is so far away that it would not get there.
  private var otherHopLimit: UInt8? {
    distance + Self.beyond < Int(Self.otherHopLimit) ? Self.otherHopLimit : nil
  }

  private func witness(of number: Int, round: Int, delay: Duration) -> TriggerExperiment {
    var experiment = TriggerExperiment(
      .afterwards, of: number, payload: harmless(number), round: round, delay: delay)
    experiment.isMeasured = round % Self.roundsOfEach != 0
    return experiment
  }

  /// The hop limits that are tried: all of them on a usual path, every second or third on a long one.
  ///
  /// A host on the same link has nothing before it.
  private var rungs: [Int] {
    guard distance > 1 else { return [] }
    let last = distance + Self.beyond
    let step = (last + Self.mostRungs - 1) / Self.mostRungs
    return Array(stride(from: step, through: last, by: step))
  }

  private func harmless(_ number: Int) -> [[UInt8]] {
    segments(triggers[number].harmless ?? noise[number])
  }

  private func segments(_ octets: [UInt8]) -> [[UInt8]] {
    stride(from: 0, to: octets.count, by: Self.segmentSize).map {
      Array(octets[$0..<min($0 + Self.segmentSize, octets.count)])
    }
  }
}

// MARK: - What is needed

extension InterferencePlan {
  /// Whether an experiment's round is needed, once its turn has come.
  ///
  /// - Parameters:
  ///   - experiment: The experiment.
  ///   - results: What was observed so far.
  ///   - isProvoked: Whether an experiment of the round before has asked for it.
  /// - Returns: Whether it is made; what is not has its connection taken back.
  func isWanted(
    _ experiment: any Experiment, _ results: SessionResults, isProvoked: Bool
  ) -> Bool {
    if let rung = experiment as? RungExperiment, rung.round > 0 {
      // Where anything is reset, the trigger's own effect cannot be located.
      return isContentTriggered(rung.trigger, results, isProvoked: isProvoked)
    }
    guard let witness = experiment as? TriggerExperiment, witness.role == .afterwards else {
      return true
    }
    if witness.round % Self.roundsOfEach == 0 {
      return (0..<witness.trigger).contains { Self.isDisturbed($0, results) }
    }
    return isContentTriggered(witness.trigger, results, isProvoked: isProvoked)
  }

  private func isContentTriggered(
    _ number: Int, _ results: SessionResults, isProvoked: Bool
  ) -> Bool {
    guard isProvoked || Self.isDisturbed(number, results) else { return false }
    let controls = results.provocations.filter { $0.role.isControl && $0.role != .close }
    // A service that does not like noise, or clients that say nothing, is no device on the way.
    let peers = controls.filter { $0.role == .harmless && $0.trigger == number }
    return !(peers.isEmpty ? controls : peers).contains(where: \.isDisturbed)
  }

  private static func isDisturbed(_ number: Int, _ results: SessionResults) -> Bool {
    results.provocations.contains {
      $0.trigger == number && ($0.role == .trigger || $0.role == .split)
        && ($0.isDisturbed || $0.hasForeignSegments)
    }
  }

  /// How many connections with a trigger that nobody minds show that nobody does: where packets get
  /// lost a reset may be lost on two of them.
  static func trials(_ results: SessionResults) -> Int {
    results.proof > ConnectionSuite.proofWithoutLoss ? results.proof : 2
  }

  /// Further connections with a trigger, once both of the first were taken without a word.
  private func furtherTrials(_ results: SessionResults, after observed: SessionResults)
    -> TriggerList
  {
    Set(observed.provocations.filter { $0.role == .trigger }.map(\.trigger)).sorted().flatMap {
      number -> TriggerList in
      let made = results.provocations.count { $0.role == .trigger && $0.trigger == number }
      guard made == 2, !Self.isDisturbed(number, results) else { return [] }
      return (made..<max(Self.trials(results), made)).map {
        TriggerExperiment(
          .trigger, of: number, payload: segments(triggers[number].octets),
          round: Self.roundsOfEach * number + 1, hopLimit: $0 % 2 == 0 ? nil : otherHopLimit)
      }
    }
  }

  /// What is to be tried again: triggers where resets may have been lost, and endpoints.
  ///
  /// Endpoints that are still blocked are looked at again: soon for the next trigger, ever more
  /// seldom where the time is measured. Two in a row have to stand there: the reset of one may have
  /// been lost.
  func followUps(_ results: SessionResults, after observed: SessionResults) -> TriggerList {
    furtherTrials(results, after: observed)
      + observed.provocations.filter { $0.role == .afterwards }.compactMap { last in
        let earlier = results.provocations.filter {
          $0.role == .afterwards && $0.trigger == last.trigger && $0.isMeasured == last.isMeasured
        }
        let first = Self.roundsOfEach * last.trigger
        guard let begun = earlier.map(\.opened).min() else { return nil }
        guard last.isMeasured else {
          guard last.isDisturbed, earlier.count < Self.mostWitnesses else { return nil }
          return witness(of: last.trigger, round: first, delay: .seconds(2))
        }
        guard last.isDisturbed || isInDoubt(earlier, results) else { return nil }
        let elapsed = (last.checked ?? last.opened) - begun
        guard elapsed < Self.residualLimit else { return nil }
        return witness(
          of: last.trigger, round: first + 2,
          delay: last.isDisturbed ? max(.milliseconds(300), elapsed / 4) : .milliseconds(300))
      }
  }

  /// Whether the last of them stands alone behind others that failed, or where packets get lost.
  private func isInDoubt(_ witnesses: [TriggerObservation], _ results: SessionResults) -> Bool {
    let standing = witnesses.reversed().prefix { !$0.isDisturbed }.count
    let mayBeChance =
      standing < witnesses.count || results.proof > ConnectionSuite.proofWithoutLoss
    return standing < 2 && mayBeChance
  }
}
