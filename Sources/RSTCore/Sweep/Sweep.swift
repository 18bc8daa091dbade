internal import RSTWire

/// A sweep over many ports of many hosts, without a memory of each probe: packets and time in,
/// packets to send and results out.
///
/// It goes over all targets once, again over those that were silent at falling rates until chance
/// and rationing are excluded, examines answers that do not decide beside control ports of their
/// hosts, and says last what stayed silent. It keeps three bits for each target and one for each host.
public struct Sweep: Sendable {
  /// What may be chosen.
  public struct Options: Hashable, Sendable {
    /// SYNs per second in the first pass; nil for as fast as can be.
    public var rate: Double?
    /// For how long answers are waited for where no round trip is known.
    public var patience: Duration
    /// For how long rationed answers are asked for again at least.
    public var rationPatience: Duration

    /// Makes options; the defaults are those of the command line.
    public init(
      rate: Double? = 1000, patience: Duration = .seconds(1),
      rationPatience: Duration = .seconds(60)
    ) {
      self.rate = rate
      self.patience = patience
      self.rationPatience = rationPatience
    }
  }

  /// What the caller has to do next.
  public enum Step: Sendable {
    /// Send this.
    case send(SweepPacket)
    /// Nothing before this moment, unless an answer comes.
    case wait(Moment)
    /// Nothing more.
    case finished
  }

  /// What is asked.
  public let space: TargetSpace
  /// Which part of it.
  public let shard: Shard
  /// What has happened so far.
  public internal(set) var tally = SweepTally()
  /// Results that nobody has taken yet.
  public internal(set) var results: [SweepResult] = []

  let options: Options
  let permutation: Permutation
  let cookie: ProbeCookie
  let slots: [Int16]
  /// How many targets this part has.
  let size: UInt64

  /// Targets of which everything is said.
  var done: BitField
  /// Targets whose answer does not decide alone.
  var flagged: BitField
  /// Hosts that answered by TCP, by their numbers in the space.
  var hosts: BitField
  /// Targets of which a SYN could not be sent; nil while there are none.
  var unsent: BitField?

  var phase = Phase.asking
  var round: SweepRound
  var pace: SweepPace
  var checkpoints = SweepCheckpoints()
  var witnesses: WitnessTable
  var times = SendTimes()
  var cases = SweepCases()
  var caseCursor: UInt64 = 0
  var silenceCursor: UInt64 = 0
  /// Resets that may not be the last word.
  var held: HeldResets
  /// Resets that take half-open connections back.
  var resets: [SweepPacket] = []
  /// SYNs beside those of the stream: control probes and what cases want.
  var asides: [SweepPacket] = []
  /// For how long an answer is waited for, in nanoseconds.
  private(set) var patienceNanoseconds: Int64
  /// The longest round trip that was measured, in nanoseconds.
  private var roundTrip: Int64 = -1
  /// Where the decision about silence stands.
  var silence = SilenceReading()
  /// How ICMP errors are rationed.
  var rations = RationGauge()
  /// Whether anybody ever refused with ICMP, which is what is rationed.
  var hasRefusals = false
  /// Why silence cannot be believed; nil where it can.
  var doubt: SilenceReading.Doubt?
  /// The search among silent targets where refusals are rationed.
  var search: RationSearch?

  enum Phase: Sendable {
    case asking
    case settling(until: Moment)
    case searching
    case cases
    case silence
    case finished
  }

  /// Prepares a sweep.
  ///
  /// - Parameters:
  ///   - space: What is asked.
  ///   - shard: Which part of it.
  ///   - seed: What the order follows from.
  ///   - key: 128 secret bits, from which the numbers of the probes follow.
  ///   - ports: The guarded source ports: `ProbeCookie.attempts` or more.
  ///   - options: What may be chosen.
  ///   - now: The present.
  public init(
    _ space: TargetSpace, shard: Shard = .whole, seed: UInt64, key: (UInt64, UInt64),
    ports: [UInt16], options: Options = Options(), at now: Moment
  ) {
    self.space = space
    self.shard = shard
    self.options = options
    patienceNanoseconds = options.patience.nanoseconds
    permutation = Permutation(count: space.count, seed: seed)
    cookie = ProbeCookie(key: key, slots: ports.count)
    var slots = [Int16](repeating: -1, count: 65_536)
    for (slot, port) in ports.enumerated() { slots[Int(port)] = Int16(slot) }
    self.slots = slots
    size = shard.size(of: space.count)
    done = BitField(size: size)
    flagged = BitField(size: size)
    hosts = BitField(size: space.hosts)
    held = HeldResets(targets: size)
    round = SweepRound(number: 0, rate: options.rate, over: 0..<size, at: now)
    pace = SweepPace(from: now)
    witnesses = WitnessTable(hosts: space.hosts)
    if size == 0 { phase = .finished }
  }

  /// Hands over the results so far and forgets them.
  public mutating func takeResults() -> [SweepResult] {
    defer { results.removeAll(keepingCapacity: true) }
    return results
  }

  /// Forgets the results so far, keeping their room; how many they were.
  public mutating func dropResults() -> Int {
    defer { results.removeAll(keepingCapacity: true) }
    return results.count
  }

  /// Hands over the resets that still have to be sent, where the sweep ends before its time.
  public mutating func takeResets() -> [SweepPacket] {
    defer { resets.removeAll() }
    return resets
  }

  /// How many targets are neither done nor under examination.
  public var unanswered: UInt64 { size - done.count - flagged.count }

  /// How many targets this part has.
  public var targets: UInt64 { size }

  /// The endpoint at a place of this part.
  @inline(__always)
  func endpoint(at place: UInt64) -> Endpoint {
    space[permutation.number(at: shard.whole(place))]
  }

  /// The place of an endpoint; nil where it is not part of this part.
  @inline(__always)
  func place(of endpoint: Endpoint) -> UInt64? {
    guard let number = space.number(of: endpoint.address, port: endpoint.port) else { return nil }
    return place(ofNumber: number)
  }

  /// The place of a pair's number; nil where it is not part of this part.
  @inline(__always)
  func place(ofNumber number: UInt64) -> UInt64? { shard.part(permutation.place(of: number)) }

  /// For how long an answer is waited for.
  var patience: Duration { Duration(nanoseconds: patienceNanoseconds) }

  /// Takes note of a round trip in nanoseconds: the longest says how long is waited.
  @inline(__always)
  mutating func note(roundTrip span: Int64) {
    guard span > roundTrip else { return }
    roundTrip = span
    patienceNanoseconds = min(max(min(span, 1_000_000_000) * 4, 250_000_000), 3_000_000_000)
  }

  /// A port of a host that is hardly open and not among those that are asked.
  static func controlPort(of address: IPAddress, _ number: Int, in space: TargetSpace) -> UInt16 {
    var random = SplitMix(seed: UInt64(truncatingIfNeeded: address.number) ^ UInt64(number) << 56)
    for _ in 0..<64 {
      let port = UInt16(61_000 + random.next() % 4_500)
      if !space.asks(port) { return port }
    }
    // All of them are asked: then any of them does.
    return UInt16(61_000 + random.next() % 4_500)
  }
}

/// What happened in a sweep, in numbers.
public struct SweepTally: Hashable, Sendable {
  /// SYNs handed over to be sent, control probes included.
  public var sent = 0
  /// Those of them that were control probes or examined an answer.
  public var controls = 0
  /// SYNs that the kernel refused.
  public var refused = 0
  /// Answers that proved to be ours.
  public var answers = 0
  /// Answers that told nothing new.
  public var repeated = 0
  /// Packets that came to our ports and proved nothing.
  public var unproven = 0
  /// Packets that this machine lost before they could be read.
  public var captureDrops = 0
  /// Targets by what is said of them.
  public var states: [PortState: Int] = [:]
  /// Passes begun after the first.
  public var rounds = 0

  /// Makes a tally of nothing.
  public init() {}

  /// Counts a target that was counted under one state under another, as closer looks show it.
  public mutating func move(from before: PortState, to after: PortState) {
    guard let count = states[before] else { return }
    states[before] = count > 1 ? count - 1 : nil
    states[after, default: 0] += 1
  }
}
