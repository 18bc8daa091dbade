public import RSTCore
internal import RSTWire

extension SweepRun {
  /// Gives full investigations to ports that the sweep left open, several hosts at once.
  ///
  /// - Parameters:
  ///   - groups: The ports, by host.
  ///   - settings: What all of them have in common.
  ///   - finished: Told of each port as it ends: the group's place, the order's place in it, and what
  ///     came of it.
  /// - Returns: Whether it was interrupted; then some ports were not asked.
  /// - Throws: `SystemFailure` where nothing can be waited for.
  public mutating func investigate(
    _ groups: [LiveRunPool.Group], _ settings: LiveRunPool.Settings,
    finished: (Int, Int, Result<Diagnosis, LiveRunPool.Failure>) -> Void
  ) throws(SystemFailure) -> Bool {
    try LiveRunPool(settings).run(
      groups, interruptedBy: &interrupt, read: { $0 }, finished: finished)
  }
}
