internal import RSTCore
internal import RSTDoctor
internal import RSTNet
internal import RSTReport
internal import RSTWire

/// Looks at this machine before a run, and says what it found.
struct DoctorCommand {
  private let settings: DoctorSettings

  init(_ settings: DoctorSettings) { self.settings = settings }

  /// Runs.
  ///
  /// - Parameter say: Takes the report.
  /// - Returns: How the program ends.
  /// - Throws: `Failure`.
  func run(say: (String) throws(Failure) -> Void) throws(Failure) -> ExitStatus {
    let report = try examine()
    let text =
      settings.isJSON
      ? DoctorJSON.document(report).pretty + "\n"
      : DoctorText.text(
        report,
        options: TextReportOptions(
          width: StandardStream.output.columns ?? 80, colour: settings.color.isWanted))
    try say(text)
    return switch report.outcome {
    case .clear: .answered
    case .obstructed: .expectation
    case .unclear: .inconclusive
    }
  }

  private func examine() throws(Failure) -> DoctorReport {
    var found: ResolvedAddress?
    if let target = settings.target {
      do throws(ResolverError) {
        found = try Resolver.resolve(target.host, family: settings.way.family)
      } catch {
        throw Failure(message: "\(error)", status: .unusableTarget)
      }
    }
    let examination = MachineExamination(
      target: found.flatMap { found in settings.target.map { (found.address, $0.port) } },
      scope: found?.scope ?? 0, interface: settings.way.interface, source: settings.way.source)
    let rules = RuleReading.read(examination.listings.mapValues(RuleListing.init))
    let packets = packets(examination.facts)
    let checks = packets.flatMap { rules.checks(for: $0) }
    return DoctorReport(
      target: settings.target.map { target in
        target.host.contains(":")
          ? "[\(target.host)]:\(target.port)" : "\(target.host):\(target.port)"
      },
      checks: examination.facts.checks + checks.withoutRepetition)
  }

  /// The SYNs that rules are asked about: the one to the target, or one of each family to anybody.
  private func packets(_ facts: MachineFacts) -> [FilterPacket] {
    guard settings.target == nil || facts.way != nil else { return [] }
    let families = facts.way.map { [$0.target.family] } ?? [.ipv4, .ipv6]
    return families.map { family in
      FilterPacket(
        family: family, source: facts.way?.source ?? settings.way.source,
        destination: facts.way?.target, port: facts.way?.port,
        interface: facts.way?.interface ?? settings.way.interface, user: facts.user,
        group: facts.group)
    }
  }
}

extension RuleListing {
  fileprivate init(_ outcome: ChildProgram.Outcome) {
    self =
      switch outcome {
      case .said(let octets): .said(octets)
      case .notInstalled: .notInstalled
      case .refused(let why): .refused(why)
      }
  }
}

extension [DoctorCheck] {
  /// Each check once: what is not known is not known for either family.
  fileprivate var withoutRepetition: Self {
    var known: Set<DoctorCheck> = []
    return filter { known.insert($0).inserted }
  }
}
