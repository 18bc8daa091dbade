import RSTCore
import RSTTestSupport
import RSTWire

extension Samples {
  /// The name that somebody on the way minds.
  static let forbidden = Trigger.httpHost("forbidden.example")

  /// A whole simulated run with triggers, behind two routers.
  static func trying(
    _ triggers: [Trigger] = [forbidden], _ change: (inout SimulatedNetwork) -> Void = { _ in }
  ) -> Diagnosis {
    do {
      let run = try SurveyRun(
        .path(change), options: .init(checks: [.handshake, .path], triggers: triggers))
      return Diagnosis(
        target: run.target,
        vantage: Vantage(source: SimulatedRun.prober(.ipv4), interface: "eth0", nextHop: nil),
        timing: run.timing, transcript: run.survey.transcript, conclusion: run.conclusion)
    } catch {
      // A run that does not end shows in every test of it.
      return empty
    }
  }

  /// A third party at hop 2 adds resets where it reads the name.
  static let provoked = trying { $0.put(ContentInjector(text: "forbidden.example"), at: 2) }

  /// Nobody minds.
  static let unprovoked = trying()

  /// A filter in line drops the name.
  static let swallowed = trying {
    var hole = ContentInjector(text: "forbidden.example", isTap: false)
    hole.isInLine = true
    hole.forges = false
    $0.put(hole, at: 1)
  }

  /// The file's name and what the resets carry try to reach the terminal.
  static let provokedHostile = trying([
    .payload(Array("forbidden.example".utf8), name: attack)
  ]) {
    var injector = ContentInjector(text: "forbidden.example")
    injector.payload = Array(attack.utf8)
    injector.offsets = [0, 1460, 4380]
    $0.put(injector, at: 1)
  }

  /// All of them.
  static let interference = [provoked, unprovoked, swallowed, provokedHostile]
}
