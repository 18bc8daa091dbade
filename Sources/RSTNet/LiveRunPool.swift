internal import CLinux
public import RSTCore
public import RSTWire
internal import Synchronization

/// Runs for many hosts side by side, and for the ports of one host one after the other: a host that
/// rations its answers is asked as gently as by a single run.
public struct LiveRunPool: Sendable {
  /// The ports of one host.
  public struct Group: Sendable {
    /// The name, or the address as text.
    public var host: String
    /// The address, where it is known; nil to look the name up.
    public var address: IPAddress?
    /// What looking the name up gave, where that was done before; see `lookUp(_:)`.
    public var found: Result<ResolvedAddress, ResolverError>?
    /// What is asked of each port.
    public var orders: [Order]

    /// Makes a group.
    public init(
      host: String, address: IPAddress? = nil,
      found: Result<ResolvedAddress, ResolverError>? = nil, orders: [Order]
    ) {
      self.host = host
      self.address = address
      self.found = found
      self.orders = orders
    }
  }

  /// One port.
  public struct Order: Hashable, Sendable {
    /// The port.
    public var port: UInt16
    /// What a run does beyond the diagnosis of the port.
    public var survey: Survey.Options

    /// Makes an order.
    public init(port: UInt16, survey: Survey.Options = Survey.Options()) {
      self.port = port
      self.survey = survey
    }
  }

  /// What all runs have in common.
  public struct Settings: Sendable {
    /// How many hosts are asked at once: 1...16.
    public var jobs: Int
    /// The family to look in, nil for both.
    public var family: AddressFamily?
    /// The interface to use, nil for the routing table's.
    public var interface: String?
    /// The address to send from, nil for the kernel's choice.
    public var source: IPAddress?
    /// What an investigation may vary.
    public var options: InvestigationOptions
    /// Where everything random comes from.
    public var seed: UInt64
    /// How long to wait before each port: routers ration what they say to one address.
    public var pause = Duration.zero

    /// Makes settings.
    public init(
      jobs: Int, family: AddressFamily?, interface: String?, source: IPAddress?,
      options: InvestigationOptions = InvestigationOptions(), seed: UInt64
    ) {
      self.jobs = jobs
      self.family = family
      self.interface = interface
      self.source = source
      self.options = options
      self.seed = seed
    }
  }

  /// Why nothing is known of a port.
  public enum Failure: Error, Hashable, Sendable {
    /// The name gives no address.
    case name(ResolverError)
    /// The run could not be made.
    case run(LiveRunError)
  }

  let settings: Settings

  /// Makes a pool.
  public init(_ settings: Settings) { self.settings = settings }

  /// Asks every port.
  ///
  /// - Parameters:
  ///   - groups: The hosts.
  ///   - read: What is kept of a diagnosis; called on the thread of its run.
  ///   - finished: Told of each port on this thread: the group's place, the order's place in it, and
  ///     what is known.
  /// - Returns: Whether it was interrupted; then some ports were not asked.
  /// - Throws: `SystemFailure` where signals cannot be waited for.
  public func run<Value: Sendable>(
    _ groups: [Group], read: @escaping @Sendable (Diagnosis) -> Value,
    finished: (Int, Int, Result<Value, Failure>) -> Void
  ) throws(SystemFailure) -> Bool {
    // Held back here before there are other threads: those have them held back too.
    var interrupt = try Interrupt()
    return try run(groups, interruptedBy: &interrupt, read: read, finished: finished)
  }

  /// The same where somebody else waits for signals already.
  func run<Value: Sendable>(
    _ groups: [Group], interruptedBy interrupt: inout Interrupt,
    read: @escaping @Sendable (Diagnosis) -> Value,
    finished: (Int, Int, Result<Value, Failure>) -> Void
  ) throws(SystemFailure) -> Bool {
    let shared = try SharedInterrupt()
    let jobs = min(affordableJobs, groups.count)
    let work = Work<Value>(groups, settings: settings, read: read, shared: shared)
    let threads = (0..<jobs).map { _ in BackgroundTask<Bool>.start { work.goOn() } }
    var isInterrupted = false
    while let done = work.finished(orWait: {
      wait(for: interrupt.descriptor)
      guard !isInterrupted, interrupt.isRaised() else { return }
      isInterrupted = true
      shared.raise()
    }) {
      finished(done.group, done.order, done.result)
    }
    for thread in threads { _ = thread.value() }
    return isInterrupted
  }

  /// As many as were asked for, or as there are descriptors for: each holds its own ports and those of
  /// the run before it.
  private var affordableJobs: Int {
    var jobs = max(settings.jobs, 1)
    while jobs > 1 {
      do throws(PortGuardError) {
        try PortGuard.raiseDescriptorLimit(by: jobs * 2 * (LiveRun.guardedPorts.usual + 16))
        break
      } catch {
        jobs -= 1
      }
    }
    return jobs
  }

  /// Sleeps until a signal may have come, 50 ms at most.
  private func wait(for descriptor: Int32) {
    var readiness = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    _ = unsafe poll(&readiness, 1, 50)
  }
}

/// What the threads of a pool share.
private final class Work<Value: Sendable>: Sendable {
  struct Done: Sendable {
    var group: Int
    var order: Int
    var result: Result<Value, LiveRunPool.Failure>
  }

  private struct State: Sendable {
    var next = 0
    var done: [Done] = []
    var left: Int
  }

  private let groups: [LiveRunPool.Group]
  private let settings: LiveRunPool.Settings
  private let read: @Sendable (Diagnosis) -> Value
  private let shared: SharedInterrupt
  private let state: Mutex<State>

  init(
    _ groups: [LiveRunPool.Group], settings: LiveRunPool.Settings,
    read: @escaping @Sendable (Diagnosis) -> Value, shared: SharedInterrupt
  ) {
    self.groups = groups
    self.settings = settings
    self.read = read
    self.shared = shared
    state = Mutex(State(left: groups.count))
  }

  /// The next finished port, waited for; nil when all groups are through.
  func finished(orWait wait: () -> Void) -> Done? {
    while true {
      let (done, isOver) = state.withLock { state in
        (state.done.isEmpty ? nil : state.done.removeFirst(), state.left == 0)
      }
      if let done { return done }
      if isOver { return nil }
      wait()
    }
  }

  /// Takes group after group until none is left; the work of one thread.
  func goOn() -> Bool {
    while let place = state.withLock({ state -> Int? in
      guard state.next < groups.count else { return nil }
      state.next += 1
      return state.next - 1
    }) {
      ask(place)
      state.withLock { $0.left -= 1 }
    }
    return true
  }

  private func ask(_ place: Int) {
    let group = groups[place]
    let found = address(of: group)
    // A run's ports are guarded until the next one is through: late answers draw no reset by then.
    var previous: LiveRun?
    for (number, order) in group.orders.enumerated() {
      guard !shared.isRaised(within: settings.pause) else { return }
      var result: Result<Value, LiveRunPool.Failure>
      switch found {
      case .failure(let failure): result = .failure(failure)
      case .success(let address):
        do throws(LiveRunError) {
          var run = try LiveRun(request(order, group, address, place), interruptedBy: shared)
          result = .success(read(try run.diagnose()))
          previous = consume run
        } catch {
          result = .failure(.run(error))
        }
      }
      state.withLock { $0.done.append(Done(group: place, order: number, result: result)) }
    }
    _ = consume previous
  }

  private func address(
    of group: LiveRunPool.Group
  ) -> Result<ResolvedAddress, LiveRunPool.Failure> {
    if let address = group.address { return .success(ResolvedAddress(address: address, scope: 0)) }
    let found = group.found ?? Resolver.result(of: group.host, family: settings.family)
    return found.mapError(LiveRunPool.Failure.name)
  }

  private func request(
    _ order: LiveRunPool.Order, _ group: LiveRunPool.Group, _ found: ResolvedAddress, _ place: Int
  ) -> LiveRun.Request {
    var random = SplitMix(seed: settings.seed ^ UInt64(place) << 16 ^ UInt64(order.port))
    return LiveRun.Request(
      target: Target(name: group.host, address: found.address, port: order.port),
      scope: found.scope, interface: settings.interface, source: settings.source,
      options: settings.options, survey: order.survey, seed: random.next())
  }
}
