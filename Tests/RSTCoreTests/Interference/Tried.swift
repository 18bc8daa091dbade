import RSTTestSupport
import RSTWire

@testable import RSTCore

/// Short ways to survey a path with one trigger, the name that some mind.
extension SurveyRun {
  /// The name that is tried.
  static let forbidden = "forbidden.example"

  /// Tries the name on a host behind two routers.
  static func trying(
    _ application: SimulatedHost.Application? = nil, _ family: AddressFamily = .ipv4,
    banner: String = "", checks: Set<Check> = [.handshake, .path], faults: Faults = Faults(),
    triggers: [Trigger] = [.httpHost(forbidden)], interruption: Duration? = nil,
    seed: UInt64 = 1, behind change: (inout SimulatedNetwork) -> Void = { _ in }
  ) throws -> SurveyRun {
    let host =
      application.map { SimulatedHost.serving($0, banner: banner) } ?? .linux(listening: [80])
    return try SurveyRun(
      .path(host: host, change), family, faults: faults,
      options: .init(checks: checks, triggers: triggers), interruption: interruption, seed: seed)
  }

  /// What is said of interference.
  var accusations: Set<String> {
    Set(codes).intersection([
      "injected-reset", "triggered-block", "blackholed-after-trigger", "injector-located",
      "injected-data", "residual-block",
    ])
  }

  /// What became of the trigger, in a word.
  var outcome: String? { conclusion.connections?.triggers.first?.outcome }

  /// What is said of the trigger by a word of the report: where, how and whom.
  var trigger: TriggerReport? { conclusion.connections?.triggers.first }
}

extension ContentInjector {
  /// A device that minds the name.
  static func minding(
    isTap: Bool = true, _ change: (inout ContentInjector) -> Void = { _ in }
  ) -> Self {
    var device = ContentInjector(text: SurveyRun.forbidden, isTap: isTap)
    change(&device)
    return device
  }

  /// A filter that keeps the name back, and resets.
  static let filter = minding(isTap: false) { $0.isInLine = true }

  /// A filter that drops the name without a word.
  static let hole = minding(isTap: false) {
    $0.isInLine = true
    $0.forges = false
  }
}
