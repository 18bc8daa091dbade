internal import Dispatch
public import RSTCore
public import RSTWire
internal import Synchronization

/// Runs for a program that goes on: each on a thread of its own, with a deadline.
public final class RunService: Sendable {
  /// What all runs have in common.
  public struct Settings: Sendable {
    /// The family to look in, nil for both.
    public var family: AddressFamily?
    /// The interface to use, nil for the routing table's.
    public var interface: String?
    /// The address to send from, nil for the kernel's choice.
    public var source: IPAddress?
    /// How many runs are kept when they are over: their ports stay guarded, so that late answers draw
    /// no reset.
    public var kept: Int

    /// Makes settings.
    public init(family: AddressFamily?, interface: String?, source: IPAddress?, kept: Int) {
      self.family = family
      self.interface = interface
      self.source = source
      self.kept = kept
    }

    /// How many descriptors that takes at most.
    ///
    /// - Parameter jobs: How many runs go on at once.
    /// - Returns: Those of the runs that go on and of those that are kept.
    public func descriptors(jobs: Int) -> Int { (jobs + kept) * (LiveRun.guardedPorts.usual + 16) }
  }

  private struct State {
    var kept: [KeptRun] = []
    var isOver = false
    var interrupts: [ObjectIdentifier: SharedInterrupt] = [:]
  }

  private let settings: Settings
  private let threads = DispatchQueue(label: "runs", attributes: .concurrent)
  private let state = Mutex(State())

  /// Makes a service.
  public init(_ settings: Settings) { self.settings = settings }

  /// How many runs go on.
  public var running: Int { state.withLock { $0.interrupts.count } }

  /// Interrupts all runs, and each that begins later.
  public func stop() {
    state.withLock { state in
      state.isOver = true
      for interrupt in state.interrupts.values { interrupt.raise() }
    }
  }

  /// Looks a name up.
  public func resolve(_ name: String) async -> Result<ResolvedAddress, ResolverError> {
    let family = settings.family
    return await withCheckedContinuation { continuation in
      threads.async {
        do throws(ResolverError) {
          continuation.resume(returning: .success(try Resolver.resolve(name, family: family)))
        } catch {
          continuation.resume(returning: .failure(error))
        }
      }
    }
  }

  /// Runs, and ends early at the deadline or when the task is cancelled: then with what is known.
  ///
  /// - Parameters:
  ///   - target: The target.
  ///   - checks: What to do.
  ///   - limit: How long it may take.
  ///   - seed: Where everything random comes from.
  /// - Returns: The diagnosis, or why there is none.
  public func diagnose(
    _ target: Target, checks: Set<Check>, within limit: Duration, seed: UInt64
  ) async -> Result<Diagnosis, LiveRunError> {
    let interrupt: SharedInterrupt
    do throws(SystemFailure) { interrupt = try SharedInterrupt() } catch {
      return .failure(.system(error))
    }
    begin(interrupt)
    defer { end(interrupt) }
    let timer = Task {
      // Where it is cancelled the run is over.
      guard (try? await Task.sleep(for: limit)) != nil else { return }
      interrupt.raise()
    }
    defer { timer.cancel() }
    var options = InvestigationOptions()
    options.walksPath = checks.contains(.path)
    let request = LiveRun.Request(
      target: target, interface: settings.interface, source: settings.source, options: options,
      survey: Survey.Options(checks: checks), seed: seed)
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        threads.async { continuation.resume(returning: self.run(request, interrupt)) }
      }
    } onCancel: {
      interrupt.raise()
    }
  }

  private func begin(_ interrupt: SharedInterrupt) {
    state.withLock { state in
      state.interrupts[ObjectIdentifier(interrupt)] = interrupt
      if state.isOver { interrupt.raise() }
    }
  }

  private func end(_ interrupt: SharedInterrupt) {
    state.withLock { _ = $0.interrupts.removeValue(forKey: ObjectIdentifier(interrupt)) }
  }

  private func run(
    _ request: LiveRun.Request, _ interrupt: SharedInterrupt
  ) -> Result<Diagnosis, LiveRunError> {
    do throws(LiveRunError) {
      var run = try LiveRun(request, interruptedBy: interrupt)
      let diagnosis = try run.diagnose()
      keep(KeptRun(run))
      return .success(diagnosis)
    } catch {
      return .failure(error)
    }
  }

  /// Keeps a run that is over, in place of the one that is over for longest.
  private func keep(_ run: KeptRun) {
    // Closing descriptors takes its time: what goes is let go outside of the lock.
    let gone: KeptRun? = state.withLock { state in
      state.kept.append(run)
      return state.kept.count > settings.kept ? state.kept.removeFirst() : nil
    }
    withExtendedLifetime(gone) {}
  }
}

/// A run that is over.
///
/// Nobody looks at it any more; it is only let go, on whichever thread: hence the unchecked promise.
private final class KeptRun: @unchecked Sendable {
  private let run: LiveRun

  init(_ run: consuming LiveRun) { self.run = run }
}
