import RSTTestSupport
import RSTWire

@testable import RSTCore

extension SurveyRun {
  /// Surveys a host that is Linux but for a change, as far as some checks go.
  static func of(
    checks: Set<Check> = [.handshake, .conformance, .states, .close], faults: Faults = Faults(),
    seed: UInt64 = 1, _ change: (inout StackModel) -> Void = { _ in }
  ) throws -> SurveyRun {
    var stack = StackModel.linux
    change(&stack)
    return try SurveyRun(
      .path(host: .modelled(stack)), faults: faults, options: .init(checks: checks), seed: seed)
  }

  /// Surveys a Linux host behind something.
  static func ofLinux(
    checks: Set<Check> = [.handshake, .conformance, .states, .close],
    behind change: (inout SimulatedNetwork) -> Void
  ) throws -> SurveyRun {
    try SurveyRun(
      .path(host: .modelled(.linux), routers: 2, change), options: .init(checks: checks))
  }

  /// A finding that is said; nil where it is not.
  func finding(_ code: FindingCode) -> Finding? {
    conclusion.findings.first { $0.code == code }
  }
}
