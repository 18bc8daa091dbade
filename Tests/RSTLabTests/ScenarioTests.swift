import Testing

extension LabTests {
  /// Verdicts against truths, for one scenario of each kind; `Scripts/lab run` tries all of them.
  @Suite struct ScenarioTests {
    @Test func `the verdicts of a handful of scenarios are true`() throws {
      let outcome = try Lab.judge([
        "open", "closed", "host-reject", "router2-reject", "router2-drop",
        "router1-icmp-prohibited",
      ])
      #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
    }
  }
}
