internal import RSTWire

/// Tells targets that drop from those whose refusals are rationed.
///
/// A router that rations its ICMP errors refuses one target a second or so, however many it is asked
/// about; but whoever refuses at all and has its ration in stock answers the first of its targets. So
/// all silent targets are asked until somebody refuses one: what was asked before it stayed silent
/// although the ration was in stock. The block of addresses around the refused one is left out, and
/// once the ration is back the rest is asked from there on. Scans in which nobody says anything are
/// repeated until chance is excluded; what they asked is silent.
struct RationSearch: Sendable {
  enum State: Sendable {
    case waiting
    case asking
    case settling(until: Moment)
    case telling
  }

  var state = State.waiting
  /// Blocks in which somebody refused, as numbers of the space, ascending.
  private(set) var refusing: [Range<UInt64>] = []
  /// The next place, the first one since the ration was in stock, and the first one since the latest
  /// control probe.
  var (cursor, start, workStart) = (UInt64(0), UInt64(0), UInt64(0))
  /// The first place that was refused since the ration was in stock; nil while there is none.
  private(set) var refused: UInt64?
  /// How many targets this scan has asked, and how many since the latest control probe.
  var (asked, sinceCheckpoint) = (0, 0)
  /// New answers before this scan: all of them, and those by TCP.
  var (yieldBefore, segmentsBefore) = (0, 0)
  /// Whole scans, and how many of them at the end brought nothing new.
  var (proven, quiet) = (0, 0)
  /// How often control probes failed.
  var failed = 0
  /// When the ration is in stock again.
  var notBefore: Moment
  /// How long that takes.
  let refill: Duration
  let began: Moment
  /// About how many numbers a block has.
  let blockSize: UInt64

  /// How often control probes may fail.
  static let mostFailures = 5
  /// SYNs between two control probes.
  static let stride = 1024
  /// A router that refuses fewer silent targets than this does not ration them: Linux sends six errors
  /// in a burst (net/ipv4/inetpeer.c, XRLIM_BURST_FACTOR).
  static let burst: UInt64 = 6

  /// Prepares a search.
  ///
  /// - Parameters:
  ///   - silent: How many targets are silent: the more there are, the larger the blocks are, since
  ///     each that refuses costs the time of one ration.
  ///   - refill: How long rations take to come back into stock.
  ///   - now: The present.
  init(silent: UInt64, refill: Duration, at now: Moment) {
    blockSize = max(silent / 8, 8)
    self.refill = refill
    began = now
    notBefore = now + refill
  }

  /// Takes note that somebody refused the target at a place, and which block it is of.
  mutating func refuse(_ place: UInt64, of block: Range<UInt64>) {
    refusing = Sweep.joined(refusing + [block])
    refused = min(refused ?? .max, place)
  }

  /// Begins to ask where the ration is in stock.
  mutating func begin(_ round: SweepRound) {
    (start, workStart) = (cursor, cursor)
    sinceCheckpoint = 0
    if cursor == 0 { (asked, yieldBefore, segmentsBefore) = (0, round.yield, round.segments) }
    state = .asking
  }

  /// Waits for the ration where somebody refused, to go on behind the first that was refused.
  ///
  /// - Returns: Whether anybody did.
  mutating func turn(at now: Moment) -> Bool {
    guard let place = refused else { return false }
    // An earlier scan heard nothing from there: what it proved is worth nothing.
    (proven, quiet) = (0, 0)
    cursor = min(cursor, place + 1)
    refused = nil
    wait(at: now)
    return true
  }

  /// Waits for the ration.
  mutating func wait(at now: Moment) {
    notBefore = now + refill
    state = .waiting
  }

  /// Whether a number is in one of the blocks in which somebody refused.
  func leavesOut(_ number: UInt64) -> Bool { refusing.contains { $0.contains(number) } }
}

extension Sweep {
  /// Takes note of a new answer while silence is searched.
  mutating func noteSearched(_ answer: SweepAnswer, at place: UInt64) {
    guard case .searching = phase, doubt == .rationed(resets: answer.isOfTCP) else { return }
    let number = permutation.number(at: shard.whole(place))
    let block = search.map { space.block(around: number, size: $0.blockSize) }
    if let block { search?.refuse(place, of: block) }
  }

  /// Goes on with the search.
  mutating func examineSilence(at now: Moment) -> Step? {
    guard var search else { return endSearch() }
    defer { self.search = search }
    switch search.state {
    case .waiting:
      if now - search.began >= searchPatience { return endSearch() }
      if search.turn(at: now) || search.notBefore > now { return .wait(search.notBefore) }
      search.begin(round)
      checkpoints.begin()
      addCheckpoint(after: 0..<0, at: now)
      pace.restart(at: now)
      return nil
    case .asking:
      misses(at: now)
      if search.turn(at: now) { return nil }
      if checkpoints.isFull {
        return .wait(checkpoints.deadline(patience: patience) ?? now + patience)
      }
      return askSilent(&search, at: now)
    case .settling(let until):
      misses(at: now)
      if search.turn(at: now) { return nil }
      guard until <= now, checkpoints.isSettled else {
        let next = checkpoints.deadline(patience: patience) ?? until
        return .wait(until > now ? until : next)
      }
      return settleScan(&search, at: now)
    case .telling:
      guard let place = nextSilent(from: search.cursor, besides: search) else {
        return endSearch()
      }
      search.cursor = place + 1
      tellSilent(at: place, doubt: nil, now)
      return results.count >= Self.resultsAtOnce ? .wait(now) : nil
    }
  }

  private mutating func endSearch() -> Step? {
    phase = .cases
    return nil
  }

  /// Asks the next silent target, or ends the scan behind the last one.
  private mutating func askSilent(_ search: inout RationSearch, at now: Moment) -> Step? {
    let next = nextSilent(from: search.cursor, besides: search)
    if next == nil || search.sinceCheckpoint >= RationSearch.stride {
      let end = next ?? size
      addCheckpoint(after: search.workStart..<max(end, search.workStart), at: now)
      search.workStart = end
      search.sinceCheckpoint = 0
    }
    guard let place = next else {
      search.state = .settling(until: now + patience)
      return nil
    }
    search.cursor = place + 1
    search.asked += 1
    search.sinceCheckpoint += 1
    times.note(place, at: now)
    let endpoint = endpoint(at: place)
    return sending(
      SweepPacket(
        endpoint: endpoint,
        numbers: cookie.numbers(
          for: endpoint, attempt: min(round.number, SweepCases.firstAttempt - 1))))
  }

  /// Decides what a whole scan without a refusal at its end shows.
  private mutating func settleScan(_ search: inout RationSearch, at now: Moment) -> Step? {
    guard checkpoints.unproven.isEmpty else {
      search.failed += 1
      guard search.failed < RationSearch.mostFailures else { return endSearch() }
      search.cursor = search.start
      search.wait(at: now)
      return nil
    }
    guard search.asked > 0 else { return endSearch() }
    search.proven += 1
    search.quiet = round.yield == search.yieldBefore ? search.quiet + 1 : 0
    silence.scanned(newSegments: round.segments - search.segmentsBefore)
    search.cursor = 0
    if search.proven >= scansNeeded, search.quiet >= 2, silence.segments.areOver {
      search.state = .telling
    } else {
      search.wait(at: now)
    }
    return nil
  }

  /// How many scans without a refusal exclude chance.
  private var scansNeeded: Int {
    SilenceReading.needed(
      loss: checkpoints.loss, silent: max(unanswered / RationSearch.burst, 1))
  }

  /// How long a search may take: longer where loss asks for more scans, up to four times as long.
  private var searchPatience: Duration {
    let usual = SilenceReading.least
    let needed = max(scansNeeded, silence.segments.needed)
    return options.rationPatience * min(max(needed, usual), 4 * usual) / usual
  }

  /// The next place of which nothing is known, and that no block leaves out.
  private func nextSilent(from start: UInt64, besides search: RationSearch) -> UInt64? {
    var start = start
    while let place = done.nextClear(from: start, below: size, and: flagged) {
      if !search.leavesOut(permutation.number(at: shard.whole(place))) { return place }
      start = place + 1
    }
    return nil
  }
}
