/// What is known of the host's own distance, from roles other than the SYN at the target's port.
struct HostReference: Sendable {
  /// Replies to echo requests.
  let echoes: [Reply]
  /// Resets with the marks of a stack.
  let stack: [Reply]
  /// The hop limit at which the host begins to answer on a ladder, where that is known exactly.
  let ladder: Int?

  init(_ seen: Observations, _ traits: ResetTraits) {
    self.init(seen, traits, stack: traits.others)
  }

  /// The reference that control ports alone give.
  init(stack controls: Marks, _ seen: Observations) {
    self.init(seen, ResetTraits(seen), stack: [controls])
  }

  private init(_ seen: Observations, _ traits: ResetTraits, stack sets: [Marks]) {
    echoes = seen.echoes.flatMap(\.replies).filter { $0.kind == .echoReply }
    stack = sets.flatMap { $0.copied + $0.routeEchoed + $0.ownLabel }
    let control = seen.controlLadder
    let controlIsStack = control.firstAnswer.flatMap { control.answers[$0] }.map { answer in
      traits.controls.copied.contains { $0.distance == answer.distance }
        || traits.controls.ownLabel.contains { $0.distance == answer.distance }
    }
    if seen.echoLadder.isExact {
      ladder = seen.echoLadder.firstAnswer
    } else if controlIsStack == true, control.isExact {
      ladder = control.firstAnswer
    } else {
      ladder = nil
    }
  }

  /// The distances that the host's answers suggest.
  var distances: Set<Int> {
    let stack = Set(stack.map(\.distance))
    // A stack's resets are the same role as what they are compared with; echo is another.
    return stack.isEmpty ? echoDistances : stack
  }

  private var echoDistances: Set<Int> { Set(echoes.map(\.distance)) }

  /// Whether nothing but echo replies speaks for the host.
  var isEchoAlone: Bool { stack.isEmpty }

  /// Whether the resets with a stack's marks come from nearer than the echo replies, or from where no
  /// host can be: a device before the host may copy marks too, so they prove nothing then.
  var isContested: Bool {
    guard let nearest = stack.map(\.distance).min(), let farthest = stack.map(\.distance).max(),
      let echo = echoDistances.min()
    else { return false }
    return farthest < echo || nearest > Distance.plausible
  }

  /// The smallest difference between these distances and the host's.
  func gap(to others: Set<Int>) -> Int {
    others.flatMap { other in distances.map { abs($0 - other) } }.min() ?? 0
  }

  /// Whether resets started with another hop limit than the host's, although the distance that both
  /// suggest is one: a packet filter on a host starts with that host's own.
  func isAnotherMachine(_ marks: Marks) -> Bool {
    let own = Set(stack.map(\.hopLimit))
    return !own.isEmpty && !marks.isEmpty && own.isDisjoint(with: marks.hopLimits)
      && marks.distances.isSubset(of: distances)
  }

  /// The replies that speak for the distance.
  var replies: [Reply] { stack.isEmpty ? echoes : stack }

  /// Whether the target's port is answered at a lower hop limit than the host answers from on.
  func isAnsweredBefore(_ seen: Observations) -> Bool {
    guard let ladder, seen.targetLadder.isExact, let first = seen.targetLadder.firstAnswer else {
      return false
    }
    return first < ladder
  }

  /// How other distances lie to the host's.
  enum Comparison: Hashable, Sendable {
    /// No reference, or they overlap without being alike.
    case unknown
    /// All of them are distances of the host.
    case same
    /// All of them are nearer.
    case nearer
    /// All of them are farther.
    case farther
  }

  /// Compares distances with the host's.
  func compare(_ others: Set<Int>) -> Comparison {
    guard !isContested, let nearest = distances.min(), let farthest = distances.max(),
      let low = others.min(), let high = others.max()
    else { return .unknown }
    if others.isSubset(of: distances) { return .same }
    if high < nearest { return .nearer }
    if low > farthest { return .farther }
    return .unknown
  }
}

extension Ladder {
  /// The interval of hops for a responder whose hop limit suggests `distance`.
  ///
  /// A device that answers from its forwarding path at hop n begins to answer at hop limit n + 1
  ///, one that looks before routing at n; the hop limit on arrival must agree.
  func hops(
    ofDeviceAt distance: Int?, from begins: ClosedRange<Int>?
  ) -> ClosedRange<Int>? {
    guard let begins else { return nil }
    let interval = max(begins.lowerBound - 1, 1)...begins.upperBound
    if let distance, interval.contains(distance) { return distance...distance }
    return interval
  }
}
