internal import CLinux
internal import CPcap
public import RSTCore
public import RSTWire

/// A sweep over the network: ways, guards, sockets, captures, and the loop around them.
///
/// Keep it until the process ends, so that late answers draw no reset from our kernel.
public struct SweepRun: ~Copyable {
  /// What to sweep and how.
  public struct Request: Sendable {
    /// The targets.
    public var space: TargetSpace
    /// Which part of them.
    public var shard: Shard
    /// What their order follows from.
    public var seed: UInt64
    /// What may be chosen.
    public var options: Sweep.Options
    /// The interface to use, nil for the routing table's.
    public var interface: String?
    /// The address to send from, nil for the kernel's choice.
    public var source: IPAddress?

    /// Makes a request.
    public init(
      space: TargetSpace, shard: Shard = .whole, seed: UInt64,
      options: Sweep.Options = Sweep.Options(), interface: String? = nil,
      source: IPAddress? = nil
    ) {
      self.space = space
      self.shard = shard
      self.seed = seed
      self.options = options
      self.interface = interface
      self.source = source
    }
  }

  /// How a sweep ended.
  public enum Ending: Hashable, Sendable {
    /// Everything is said.
    case finished
    /// Somebody interrupted it.
    case interrupted
    /// It cannot go on; why.
    case broken(String)
  }

  /// What can be told while it goes on.
  public struct Progress: Hashable, Sendable {
    /// What has happened.
    public var tally: SweepTally
    /// How many targets there are.
    public var targets: UInt64
    /// Targets that have not answered.
    public var unanswered: UInt64
    /// Since the start.
    public var elapsed: Duration
    /// SYNs in the last second or so, per second.
    public var rate: Double
  }

  private let request: Request
  private let clock = SystemClock()
  private let legs: SweepLegs
  private let receivers: [SweepReceiverBox]
  var interrupt: Interrupt
  /// The state of the sweep.
  public private(set) var sweep: Sweep

  /// Makes everything ready; nothing is sent.
  ///
  /// - Parameter request: What to sweep.
  /// - Throws: `LiveRunError`, `SweepRouteError`.
  public init(_ request: Request) throws {
    let legs: SweepLegs
    do {
      legs = try SweepLegs(request.space, interface: request.interface, source: request.source)
    } catch let error as SweepRouteError {
      throw error
    } catch {
      throw try LiveRunError.naming { () -> LiveRunError in throw error }
    }
    let first = legs.ports.min() ?? 0
    let range = first...(legs.ports.max() ?? first)
    var receivers: [SweepReceiverBox] = []
    var names: Set<String> = []
    for leg in legs.legs where names.insert(leg.route.interface.name).inserted {
      receivers.append(
        try LiveRunError.naming {
          SweepReceiverBox(
            try SweepReceiver(interface: leg.route.interface.name, ports: range))
        })
    }
    interrupt = try LiveRunError.naming { try Interrupt() }
    self.legs = legs
    self.receivers = receivers
    self.request = request
    sweep = Sweep(
      request.space, shard: request.shard, seed: request.seed,
      key: (.random(in: 0 ... .max), .random(in: 0 ... .max)), ports: legs.ports,
      options: request.options, at: clock.now)
  }

  /// Where the probes are sent from: one for each way.
  public var vantages: [Vantage] {
    legs.legs.map {
      Vantage(
        source: $0.route.source, interface: $0.route.interface.name, nextHop: $0.route.gateway)
    }
  }

  /// Goes on from where another process stopped; false where the snapshot is of another sweep.
  public mutating func resume(_ snapshot: SweepSnapshot) -> Bool { sweep.resume(snapshot) }

  /// Where the sweep stands.
  public var snapshot: SweepSnapshot { sweep.snapshot(seed: request.seed) }

  /// Sends, listens and judges until everything is said.
  ///
  /// - Parameters:
  ///   - report: Told how far it is, some ten times a second.
  ///   - take: Given results as they come; false ends the sweep.
  ///   - save: Given every ten seconds where the sweep stands, after the results so far.
  /// - Returns: How it ended; by then all results are taken.
  public mutating func run(
    report: (Progress) -> Void, take: ([SweepResult]) -> Bool,
    save: (SweepSnapshot) -> Void = { _ in }
  ) -> Ending {
    let ending: Ending
    do { ending = try goOn(report: report, take: take, save: save) } catch {
      ending = .broken("\(error)")
    }
    if !sweep.results.isEmpty { _ = take(sweep.takeResults()) }
    return ending
  }

  private mutating func goOn(
    report: (Progress) -> Void, take: ([SweepResult]) -> Bool, save: (SweepSnapshot) -> Void
  ) throws -> Ending {
    let started = clock.now
    var reported = (moment: started, sent: 0)
    var saved = started
    var isBusy = false
    while true {
      let now = clock.now
      var wait: Moment? = isBusy ? now + .milliseconds(1) : nil
      var isFinished = false
      fill: while !isBusy {
        switch sweep.next(at: now) {
        case .send(let packet):
          let leg = legs.leg(for: packet.endpoint.address, in: request.space)
          leg.sender.add(packet)
          if leg.sender.isFull { break fill }
        case .wait(let moment):
          wait = moment
          break fill
        case .finished:
          isFinished = true
          break fill
        }
      }
      switch flush() {
      case .broken(let reason): return .broken(reason)
      case .busy: isBusy = true
      case .sent: isBusy = false
      }
      let received = try drain()
      if !sweep.results.isEmpty, !take(sweep.takeResults()) { return .interrupted }
      if isFinished && !isBusy { return .finished }
      let elapsed = (now - reported.moment).seconds
      if elapsed >= 0.1 {
        if interrupt.isRaised() {
          try linger()
          return .interrupted
        }
        lookForDrops()
        let rate = Double(sweep.tally.sent - reported.sent) / elapsed
        reported = (now, sweep.tally.sent)
        report(
          Progress(
            tally: sweep.tally, targets: sweep.targets, unanswered: sweep.unanswered,
            elapsed: now - started, rate: rate))
        if now - saved >= Self.savingInterval, sweep.results.isEmpty {
          saved = now
          save(snapshot)
        }
      }
      if let wait, received == 0 { sleep(until: min(wait, now + .milliseconds(100))) }
    }
  }

  private static let savingInterval = Duration.seconds(10)

  private enum Flushing {
    case sent
    case busy
    case broken(String)
  }

  private mutating func flush() -> Flushing {
    var isBusy = false
    for leg in legs.legs where !leg.sender.isEmpty {
      switch leg.sender.flush() {
      case .sent(let refused, let reason):
        refused.forEach { sweep.refused($0) }
        // A link without a network refuses everything; a filter or a missing neighbour does not.
        if let reason, reason.number == ENETUNREACH, refused.count > 1 {
          return .broken("sending through \(leg.route.interface.name): \(reason)")
        }
      case .busy:
        isBusy = true
      case .down(let failure):
        return .broken("sending through \(leg.route.interface.name): \(failure)")
      }
    }
    return isBusy ? .busy : .sent
  }

  /// Reads what waits.
  private mutating func drain() throws -> Int {
    var count = 0
    for receiver in receivers {
      count += try LiveRunError.naming {
        try receiver.value.drain(limit: 1024) { answer, stamp in
          sweep.received(answer, at: clock.moment(ofStamp: stamp))
        }
      }
    }
    return count
  }

  /// Reads a little longer what is on its way, and takes half-open connections back.
  private mutating func linger() throws {
    let end = clock.now + .milliseconds(300)
    while clock.now < end {
      if try drain() == 0 { sleep(until: min(clock.now + .milliseconds(10), end)) }
    }
    sweep.release(at: clock.now)
    for packet in sweep.takeResets() {
      let leg = legs.leg(for: packet.endpoint.address, in: request.space)
      if leg.sender.isFull { _ = leg.sender.flush() }
      if !leg.sender.isFull { leg.sender.add(packet) }
    }
    _ = flush()
  }

  private mutating func lookForDrops() {
    for receiver in receivers {
      let drops = receiver.value.newDrops()
      if drops > 0 { sweep.lostPackets(drops) }
    }
  }

  /// Sleeps until a packet or a signal comes, or a moment.
  private func sleep(until moment: Moment) {
    let rest = (moment - clock.now).nanoseconds
    guard rest > 0 else { return }
    var descriptors = receivers.map {
      pollfd(fd: $0.value.descriptor, events: Int16(POLLIN), revents: 0)
    }
    descriptors.append(pollfd(fd: interrupt.descriptor, events: Int16(POLLIN), revents: 0))
    var timeout = timespec(tv_sec: Int(rest / 1_000_000_000), tv_nsec: Int(rest % 1_000_000_000))
    _ = unsafe ppoll(&descriptors, nfds_t(descriptors.count), &timeout, nil)
  }
}

/// A receiver in a list.
final class SweepReceiverBox {
  var value: SweepReceiver

  init(_ value: consuming SweepReceiver) { self.value = value }
}
