import RSTWire
import Testing

@testable import RSTCore

@Suite("a sweep in simulated time")
struct SweepTests {
  typealias Behaviour = SweepWorld.Behaviour

  /// The last octets of the hosts of each behaviour; the rest is closed.
  private static let blocks: [(ClosedRange<UInt32>, Behaviour)] = [
    (16...31, .open), (32...47, .hostReset), (48...63, .deviceReset), (64...79, .routerICMP),
    (80...95, .dropped), (96...103, .noWay), (104...111, .plainStack),
  ]

  private static func behaviour(_ endpoint: Endpoint) -> Behaviour {
    guard case .v4(let address) = endpoint.address else { return .closed }
    let host = address.rawValue & 0xff
    return blocks.first { $0.0.contains(host) }?.1 ?? .closed
  }

  private static func expected(_ behaviour: Behaviour) -> Set<String> {
    switch behaviour {
    case .open: ["open/host"]
    case .closed, .rationedReset: ["closed/host"]
    case .hostReset: ["rejected/host-firewall"]
    case .deviceReset, .routerICMP: ["rejected/network-device"]
    case .dropped: ["dropped/none"]
    case .noWay: ["unreachable/network-device"]
    case .plainStack: ["inconclusive/unknown"]
    case .forgedReset: ["open/host", "inconclusive/unknown"]
    }
  }

  private func space(_ text: String = "198.18.0.0/22", ports: String = "80") throws -> TargetSpace {
    guard case .range(let range) = try TargetExpression(parsing: text) else {
      throw TargetSpace.Refusal.empty
    }
    return try TargetSpace([range], ports: try PortList(parsing: ports))
  }

  private func sweep(
    _ space: TargetSpace, shard: Shard = .whole, seed: UInt64 = 5, rate: Double? = nil
  ) -> Sweep {
    Sweep(
      space, shard: shard, seed: seed, key: (1, 2), ports: SweepWorld.ports,
      options: Sweep.Options(rate: rate), at: Moment(nanoseconds: 0))
  }

  /// Lines that are wrong, as text.
  private func mistakes(
    _ world: SweepWorld, _ behaviour: (Endpoint) -> Behaviour = Self.behaviour,
    permitting also: (Behaviour) -> Bool = { _ in false }
  ) -> [String] {
    world.results.compactMap { result in
      let kind = behaviour(result.endpoint)
      let said = "\(result.verdict.port.rawValue)/\(result.verdict.responder.rawValue)"
      if Self.expected(kind).contains(said) { return nil }
      if result.verdict.port == .inconclusive, also(kind) { return nil }
      return "\(result.endpoint.address) is \(kind) and called \(said): \(result.reason ?? "")"
    }
  }

  @Test("everything is said once and rightly, whatever is lost", arguments: [0, 0.01, 0.05, 0.1])
  func isRight(loss: Double) throws {
    let space = try space()
    var sweep = sweep(space)
    var world = SweepWorld(Self.behaviour)
    world.loss = loss
    world.run(&sweep)
    #expect(world.verdicts?.count == Int(space.count))
    #expect(mistakes(world) == [])
  }

  /// A quarter of the hosts lose 20 % there and back, where most control probes do not go.
  @Test("a part that loses much is not taken for silent", arguments: [1.0, .infinity])
  func waitsForThoseThatLose(icmpRation: Double) throws {
    let space = try space()
    for seed in UInt64(1)...6 {
      var sweep = sweep(space, seed: seed)
      var world = SweepWorld(seed: seed, Self.behaviour)
      world.icmpRation = icmpRation
      world.localLoss = { endpoint in
        guard case .v4(let address) = endpoint.address else { return 0 }
        return address.rawValue >> 8 & 3 == 3 ? 0.2 : 0
      }
      world.run(&sweep)
      #expect(world.verdicts?.count == Int(space.count))
      let wrong = mistakes(world, permitting: { $0 == .routerICMP || $0 == .noWay })
      #expect(wrong == [], "seed \(seed)")
    }
  }

  /// The same where each of them refuses with ICMP, none rationed.
  @Test("nor is a part that loses much and refuses")
  func waitsForRefusalsThatAreLost() throws {
    let behaviour: (Endpoint) -> Behaviour = { endpoint in
      guard case .v4(let address) = endpoint.address else { return .closed }
      return [.closed, .closed, .dropped, .routerICMP][Int(address.rawValue >> 8 & 3)]
    }
    let space = try space()
    for seed in UInt64(1)...150 {
      var sweep = sweep(space, seed: seed)
      var world = SweepWorld(seed: seed, behaviour)
      world.localLoss = { behaviour($0) == .routerICMP ? 0.2 : 0 }
      world.run(&sweep)
      #expect(world.verdicts?.count == Int(space.count))
      let wrong = mistakes(world, behaviour, permitting: { $0 == .routerICMP })
      #expect(wrong == [], "seed \(seed)")
    }
  }

  @Test(
    "rationed ICMP errors make silence inconclusive, but never drops of what is dropped elsewhere")
  func recognisesRation() throws {
    let behaviour: (Endpoint) -> Behaviour = { endpoint in
      guard case .v4(let address) = endpoint.address else { return .closed }
      // Blocks of 1024: refused, dropped, closed.
      return [.routerICMP, .dropped, .closed, .closed][Int(address.rawValue >> 10 & 3)]
    }
    let space = try space("198.18.0.0/20")
    var sweep = sweep(space)
    var world = SweepWorld(behaviour)
    world.icmpRation = 1
    world.run(&sweep)
    #expect(world.verdicts?.count == Int(space.count))
    #expect(mistakes(world, behaviour) { $0 == .routerICMP } == [])
    let refused = world.results.filter { behaviour($0.endpoint) == .routerICMP }
    #expect(refused.contains { $0.verdict.port == .inconclusive })
    #expect(world.now < Moment(nanoseconds: 120_000_000_000))
  }

  @Test(
    "a router that rations more than Linux does is given the time that it takes",
    arguments: [0.5, 0.25])
  func followsRation(ration: Double) throws {
    let behaviour: (Endpoint) -> Behaviour = { endpoint in
      guard case .v4(let address) = endpoint.address else { return .closed }
      return [.routerICMP, .closed, .dropped, .closed][Int(address.rawValue >> 10 & 3)]
    }
    let space = try space("198.18.0.0/20")
    var sweep = sweep(space)
    var world = SweepWorld(behaviour)
    world.icmpRation = ration
    world.run(&sweep)
    #expect(world.verdicts?.count == Int(space.count))
    // What is dropped may stay open where time runs out; what is refused is never called dropped.
    #expect(mistakes(world, behaviour) { $0 == .routerICMP || $0 == .dropped } == [])
  }

  @Test("the time that rations take is that of the slowest router, and never less than Linux's")
  func measuresRations() throws {
    let near = try #require(IPAddress("192.0.2.1"))
    let far = try #require(IPAddress("192.0.2.2"))
    var gauge = RationGauge()
    #expect(gauge.refill == RationGauge.least)
    func note(_ router: IPAddress, _ milliseconds: Int64...) {
      for moment in milliseconds {
        gauge.note(router, at: Moment(nanoseconds: moment * 1_000_000))
      }
    }
    // A burst, and then one a second.
    note(near, 0, 1, 2, 3, 4, 5, 1000, 2000, 3000)
    #expect(gauge.refill == RationGauge.least)
    note(far, 0, 1, 4001, 8001, 12_001)
    #expect(gauge.refill == .milliseconds(8800))
    note(far, 115_000, 215_000, 315_000, 415_000)
    #expect(gauge.refill == RationGauge.most)
  }

  @Test(
    "a reset that somebody forged ahead of the host's answer closes nothing",
    arguments: [0, 1, 20, 200], [0, 0.05])
  func holdsResetsBack(lag: Int, loss: Double) throws {
    let behaviour: (Endpoint) -> Behaviour = { endpoint in
      guard case .v4(let address) = endpoint.address else { return .closed }
      return address.rawValue & 0x3f == 7 ? .forgedReset : .closed
    }
    let space = try space()
    var sweep = sweep(space)
    var world = SweepWorld(behaviour)
    world.lag = .milliseconds(lag)
    world.loss = loss
    world.run(&sweep)
    #expect(world.verdicts?.count == Int(space.count))
    // Where only one of the two arrived nobody can know.
    let isKnown: (SweepResult) -> Bool = { world.delivered[$0.endpoint]?.count == 2 }
    #expect(world.results.filter(isKnown).count >= (loss == 0 ? 16 : 8))
    #expect(world.results.filter(isKnown).allSatisfy { $0.verdict.port != .closed })
    if loss == 0 { #expect(mistakes(world, behaviour) == []) }
    for result in world.results.filter(isKnown) where result.verdict.port == .inconclusive {
      #expect(result.isAmbiguous && result.verdict.alternatives.first?.port == .open)
    }
    let ends = world.results.filter { behaviour($0.endpoint) == .closed }
    #expect(ends.allSatisfy { $0.verdict.port == .closed })
  }

  @Test("what is held back is bounded, and nothing is lost beyond the bound")
  func boundsHeldResets() {
    var held = HeldResets(targets: 100_000)
    func entry(_ place: UInt64) -> HeldResets.Entry {
      HeldResets.Entry(
        place: place, number: place, moment: Int64(place), roundTrip: -1, attempt: 0, hopLimit: 64)
    }
    for place in UInt64(0)..<UInt64(HeldResets.limit) {
      #expect(held.isBusy == (place >= HeldResets.limit / 2))
      let isHeld = held.hold(entry(place))
      #expect(isHeld)
    }
    let isHeld = held.hold(entry(99_999))
    #expect(!isHeld)
    let answers = [held.contradict(7), held.contradict(99_999)]
    #expect(answers == [true, false])
    var order: [UInt64] = []
    var contradicted: [UInt64] = []
    let tooEarly = held.release(arrivedBy: Moment(nanoseconds: -1))
    #expect(tooEarly == nil)
    while let (entry, isContradicted) = held.release(arrivedBy: Moment(nanoseconds: .max)) {
      order.append(entry.place)
      if isContradicted { contradicted.append(entry.place) }
    }
    #expect(order == Array(0..<UInt64(HeldResets.limit)))
    #expect(contradicted == [7])
    #expect(held.isEmpty && held.first == nil)
  }

  @Test("rationed resets are waited for")
  func waitsForRationedResets() throws {
    let space = try space()
    var sweep = sweep(space)
    var world = SweepWorld { _ in .rationedReset }
    world.resetRation = 100
    world.run(&sweep)
    #expect(mistakes(world) { _ in .rationedReset } == [])
    #expect(world.verdicts?.count == Int(space.count))
  }

  @Test("an outage makes no drops")
  func survivesOutage() throws {
    let space = try space()
    for start in stride(from: Int64(0), to: 6_000, by: 500) {
      var sweep = sweep(space, rate: 1000)
      var world = SweepWorld(Self.behaviour)
      world.loss = 0.02
      world.isDown = {
        (start * 1_000_000..<(start + 1500) * 1_000_000).contains($0.nanoseconds)
      }
      world.run(&sweep)
      #expect(mistakes(world) == [], "outage at \(start) ms")
    }
  }

  @Test("where nobody answers nothing is believed")
  func doubtsWithoutWitness() throws {
    let space = try space("198.18.0.0/28")
    var sweep = sweep(space)
    var world = SweepWorld { _ in .dropped }
    world.isDown = { _ in true }
    world.run(&sweep)
    #expect(world.results.count == 16)
    #expect(world.results.allSatisfy { $0.verdict.port == .inconclusive })
  }

  @Test("half-open connections are taken back, each")
  func takesBack() throws {
    let space = try space("198.18.0.16/28")
    var sweep = sweep(space)
    var world = SweepWorld(Self.behaviour)
    world.run(&sweep)
    #expect(world.results.allSatisfy { $0.verdict.port == .open })
    #expect(world.resetsSent.count == 16)
    #expect(world.resetsSent == world.sent)
  }

  @Test("the parts of a sweep are the whole", arguments: [2, 3, 16] as [UInt64])
  func partsAreTheWhole(count: UInt64) throws {
    let space = try space(ports: "80,81")
    var seen: [Endpoint: Int] = [:]
    for index in 0..<count {
      var sweep = sweep(space, shard: try #require(Shard(part: index, of: count)))
      var world = SweepWorld(Self.behaviour)
      world.run(&sweep)
      #expect(mistakes(world) == [])
      for result in world.results { seen[result.endpoint, default: 0] += 1 }
    }
    #expect(seen.count == Int(space.count))
    #expect(seen.values.allSatisfy { $0 == 1 })
  }

  @Test("interrupted anywhere it goes on, loses nothing and says nothing twice")
  func resumes() throws {
    let space = try space()
    for end in stride(from: Int64(1), to: 6_000, by: 400) {
      var first = sweep(space, rate: 2000)
      var world = SweepWorld(Self.behaviour)
      world.loss = 0.05
      world.run(&first, until: Moment(nanoseconds: end * 1_000_000))
      let octets = first.snapshot(seed: 5).encoded()
      let snapshot = try SweepSnapshot(parsing: octets)
      #expect(snapshot.said == UInt64(world.results.count))
      var second = Sweep(
        space, seed: snapshot.seed, key: (3, 4), ports: SweepWorld.ports, at: world.now)
      let isResumed = second.resume(snapshot)
      #expect(isResumed)
      world.run(&second)
      #expect(world.verdicts?.count == Int(space.count), "interrupted after \(end) ms")
      #expect(mistakes(world) == [])
    }
  }

  @Test("the file of another sweep is refused, and a damaged one")
  func refusesSnapshots() throws {
    let sweep = sweep(try space())
    let octets = sweep.snapshot(seed: 5).encoded()
    var other = self.sweep(try space(ports: "81"))
    let isResumed = other.resume(try SweepSnapshot(parsing: octets))
    #expect(!isResumed)
    #expect(throws: SweepSnapshot.Refusal.noSnapshot) { _ = try SweepSnapshot(parsing: [1, 2]) }
    for length in stride(from: 0, to: octets.count, by: 7) {
      #expect(throws: SweepSnapshot.Refusal.self) {
        _ = try SweepSnapshot(parsing: Array(octets[..<length]))
      }
    }
    for place in stride(from: 17, to: octets.count, by: 5) {
      var broken = octets
      broken[place] ^= 0x10
      #expect(throws: SweepSnapshot.Refusal.damaged) { _ = try SweepSnapshot(parsing: broken) }
    }
  }

  @Test("what proves nothing is counted and ignored")
  func ignoresStrangers() throws {
    let space = try space("198.18.0.80/28")
    var sweep = sweep(space)
    var random = SplitMix(seed: 9)
    for _ in 0..<100_000 {
      let address = IPv4Address(rawValue: 0xc612_0050 + UInt32.random(in: 0..<16, using: &random))
      sweep.received(
        SweepAnswer(
          kind: .synAck, endpoint: Endpoint(address: .v4(address), port: 80),
          port: SweepWorld.ports.randomElement(using: &random) ?? 0,
          sequence: .random(in: 0 ... .max, using: &random), sender: .v4(address), hopLimit: 64,
          trafficClass: 0, window: 1, looksLikeNetfilter: false), at: Moment(nanoseconds: 1))
    }
    #expect(sweep.results.isEmpty)
    #expect(sweep.tally.unproven == 100_000)
    let resets = sweep.takeResets()
    #expect(resets.isEmpty)
  }

  @Test("the rate is kept")
  func keepsRate() throws {
    var sweep = sweep(try space("198.18.0.0/20"), rate: 1000)
    var world = SweepWorld { _ in .closed }
    world.run(&sweep, until: Moment(nanoseconds: 2_000_000_000))
    #expect((1990...2030).contains(sweep.tally.sent))
  }
}
