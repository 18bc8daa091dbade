internal import RSTWire

/// Tells targets that drop from those whose refusals are rationed.
///
/// A Linux router sends one client about one ICMP error a second (net/ipv4/icmp.c,
/// icmpv4_xrlim_allow), however many targets it refuses; but whoever refuses at all and has not been
/// asked for a while answers the first of its targets. So silent targets are asked in groups: a group
/// of which nobody says anything holds no such target, and one that answers is divided.
struct RationSearch: Sendable {
  enum State: Sendable {
    case idle
    case waiting
    case asking
    case settling(until: Moment)
    case telling
  }

  /// Groups that wait, as ranges of numbers of the space.
  var groups: [Range<UInt64>]
  var group: Range<UInt64> = 0..<0
  var state = State.idle
  var cursor: UInt64 = 0
  /// Answers before this group was asked.
  var yieldBefore = 0
  /// When the ration is in stock again.
  var notBefore: Moment
  /// How often the group was silent between control probes, and how often these failed.
  var (proven, failed) = (0, 0)
  let began: Moment
  /// A group as small as this is not divided further.
  let leaf: UInt64

  /// How long a ration takes to come back into stock, and a little more.
  ///
  /// A Linux router without a route takes two tokens of one second for each error (net/ipv4/route.c,
  /// ip_error, and then icmp_send), and the first also where the second is missing: so asking takes
  /// from the stock even where nothing comes back, and every ask has to wait for all of it.
  static let refill = Duration.milliseconds(2200)
  /// How often control probes may fail for one group.
  static let mostFailures = 5

  /// Prepares a search.
  ///
  /// - Parameters:
  ///   - count: How many numbers the space has.
  ///   - silent: How many targets are silent: the more there are, the coarser the search is, since each
  ///     group that answers costs the time of one ration.
  ///   - now: The present.
  init(over count: UInt64, silent: UInt64, at now: Moment) {
    leaf = max(silent / 16, 8)
    groups = [0..<(count / 2), (count / 2)..<count].filter { !$0.isEmpty }
    began = now
    notBefore = now + Self.refill
  }

  /// Divides the group that answered, or leaves it.
  mutating func divide(at now: Moment) {
    notBefore = now + Self.refill
    state = .idle
    let size = group.upperBound - group.lowerBound
    guard size > leaf else { return }
    let middle = group.lowerBound + size / 2
    // The large ones come first: they decide most for the same time.
    groups.append(group.lowerBound..<middle)
    groups.append(middle..<group.upperBound)
  }
}

extension Sweep {
  /// Whether what still answers is rationed ICMP errors alone.
  var showsRation: Bool {
    round.number >= 3 && round.segments == 0 && round.refusals > 0
      && round.refusals * 20 < round.sent
  }

  /// Goes on with the search.
  mutating func examineSilence(at now: Moment) -> Step? {
    guard var search else {
      phase = .cases
      return nil
    }
    defer { self.search = search }
    let hasAnswered = round.yield > search.yieldBefore
    switch search.state {
    case .idle:
      guard !search.groups.isEmpty, now - search.began < options.rationPatience else {
        phase = .cases
        return nil
      }
      search.group = search.groups.removeFirst()
      guard nextSilent(from: search.group.lowerBound, below: search.group.upperBound) != nil else {
        return nil
      }
      (search.proven, search.failed) = (0, 0)
      search.state = .waiting
      return nil
    case .waiting:
      if search.notBefore > now { return .wait(search.notBefore) }
      search.cursor = search.group.lowerBound
      search.yieldBefore = round.yield
      checkpoints.begin()
      addCheckpoint(after: 0..<0, at: now)
      pace.restart(at: now)
      search.state = .asking
      return nil
    case .asking:
      if hasAnswered {
        search.divide(at: now)
        return nil
      }
      guard let (number, place) = nextSilent(from: search.cursor, below: search.group.upperBound)
      else {
        addCheckpoint(after: search.group, at: now)
        search.state = .settling(until: now + patience)
        return nil
      }
      search.cursor = number + 1
      times.note(place, at: now)
      let endpoint = space[number]
      return sending(
        SweepPacket(
          endpoint: endpoint,
          numbers: cookie.numbers(
            for: endpoint, attempt: min(round.number, SweepCases.firstAttempt - 1))))
    case .settling(let until):
      misses(at: now)
      if hasAnswered {
        search.divide(at: now)
        return nil
      }
      guard until <= now, checkpoints.isSettled else {
        let next = checkpoints.deadline(patience: patience) ?? until
        return .wait(until > now ? until : next)
      }
      search.notBefore = now + RationSearch.refill
      if checkpoints.unproven.isEmpty { search.proven += 1 } else { search.failed += 1 }
      let needed = SilenceReading.needed(loss: checkpoints.loss, silent: unanswered)
      if search.proven >= needed {
        search.cursor = search.group.lowerBound
        search.state = .telling
      } else {
        search.state = search.failed >= RationSearch.mostFailures ? .idle : .waiting
      }
      return nil
    case .telling:
      guard let (number, place) = nextSilent(from: search.cursor, below: search.group.upperBound)
      else {
        search.state = .idle
        return nil
      }
      search.cursor = number + 1
      tellSilent(at: place, doubt: nil, now)
      return results.count >= Self.resultsAtOnce ? .wait(now) : nil
    }
  }

  /// The next target of this part, in the order of the addresses, of which nothing is known.
  private func nextSilent(from start: UInt64, below end: UInt64) -> (UInt64, UInt64)? {
    var number = start
    while number < end {
      if let place = shard.part(permutation.place(of: number)), !done[place], !flagged[place] {
        return (number, place)
      }
      number += 1
    }
    return nil
  }
}
