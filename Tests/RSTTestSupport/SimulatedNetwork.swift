public import RSTCore
public import RSTWire

/// A path of routers with a host at its end; what goes in comes out as answers.
///
/// Inside it nothing takes time: the wire in front of it (`Faults`) has all the latency and loss.
public struct SimulatedNetwork: Sendable {
  /// The routers, nearest to the prober first.
  public var routers: [Router]
  /// The host at the end.
  public var host: SimulatedHost
  /// What looks at packets on the host itself, before its stack on the way in, behind it on the
  /// way out.
  public var hostFilters: [any Middlebox] = []
  /// Other hosts that single ports are translated to.
  public var translations: [AddressTranslation] = []
  /// Who records what comes and goes at the host; nil for nobody.
  public var witness: SimulatedWitness?

  private var hostSite: Site

  /// Makes a path of `routers` routers.
  public init(routers count: Int = 2, host: SimulatedHost) {
    routers = (0..<count).map { Router(Site(Self.addresses(ofRouter: $0 + 1))) }
    self.host = host
    hostSite = Site(hopLimit: host.traits.hopLimit)
  }

  /// The addresses of the router at a distance: 192.0.2.n and 2001:db8:1::n.
  public static func addresses(ofRouter hop: Int) -> [AddressFamily: IPAddress] {
    [
      .ipv4: .v4(IPv4Address(rawValue: 0xc000_0200 + UInt32(hop))),
      .ipv6: .v6(IPv6Address(rawValue: 0x2001_0db8_0001 << 80 + UInt128(hop))),
    ]
  }

  /// The hop of the host: 3 behind two routers.
  public var hostHop: Int { routers.count + 1 }

  /// When a host wants to send something of itself.
  public var nextTimer: Moment? {
    translations.reduce(host.nextTimer) { Moment.earliest($0, $1.host.nextTimer) }
  }

  /// Takes a packet of the prober; returns what comes back to the prober's wire.
  public mutating func received(_ packet: Packet, at now: Moment) -> [Emission] {
    towardsHost(Emission(packet), from: 0, now: now)
  }

  /// Takes note of the time that `nextTimer` named.
  public mutating func timerFired(at now: Moment) -> [Emission] {
    var emissions: [Emission] = []
    for packet in host.timerFired(at: now) {
      emissions += leaveHost(Emission(packet), now: now)
    }
    for index in translations.indices {
      for packet in translations[index].host.timerFired(at: now) {
        emissions += towardsProber(Emission(packet), from: translations[index].router, now: now)
      }
    }
    return emissions
  }

  private mutating func towardsHost(
    _ emission: Emission, from stage: Int, now: Moment
  ) -> [Emission] {
    var emissions: [Emission] = []
    var packet = emission.packet
    for index in stage..<max(routers.count, stage) {
      let treatment = routers[index].treat(packet, .towardsHost, now: now)
      for answer in treatment.answers {
        emissions += towardsProber(answer, plus: emission.delay, from: index, now: now)
      }
      guard let onward = treatment.onward else { return emissions }
      packet = onward
      if let number = translations.firstIndex(where: {
        $0.router == index + 1 && $0.port == packet.tcp?.destinationPort
      }) {
        for answer in translations[number].host.received(packet, at: now) {
          emissions += towardsProber(
            Emission(answer), plus: emission.delay, from: index + 1, now: now)
        }
        return emissions
      }
    }
    witness?.note(packet, .received, at: now + emission.delay)
    for index in hostFilters.indices {
      let treatment = hostFilters[index].treat(packet, .towardsHost, at: &hostSite, now: now)
      for answer in treatment.answers {
        witness?.note(answer.packet, .sent, at: now + emission.delay + answer.delay)
        emissions += towardsProber(answer, plus: emission.delay, from: routers.count, now: now)
      }
      guard let onward = treatment.onward else { return emissions }
      packet = onward
    }
    for answer in host.received(packet, at: now) {
      witness?.noteReset(answer, at: now + emission.delay)
      emissions += leaveHost(Emission(answer, after: emission.delay), now: now)
    }
    return emissions
  }

  private mutating func leaveHost(_ emission: Emission, now: Moment) -> [Emission] {
    var emissions: [Emission] = []
    var packet = emission.packet
    for index in hostFilters.indices {
      let treatment = hostFilters[index].treat(packet, .towardsProber, at: &hostSite, now: now)
      for answer in treatment.answers {
        for reaction in host.received(answer.packet, at: now) {
          witness?.note(reaction, .sent, at: now)
          emissions += towardsProber(Emission(reaction), from: routers.count, now: now)
        }
      }
      guard let onward = treatment.onward else { return emissions }
      packet = onward
    }
    witness?.note(packet, .sent, at: now + emission.delay)
    return emissions
      + towardsProber(Emission(packet, after: emission.delay), from: routers.count, now: now)
  }

  private mutating func towardsProber(
    _ emission: Emission, plus delay: Duration = .zero, from stage: Int, now: Moment
  ) -> [Emission] {
    var emissions: [Emission] = []
    var packet = emission.packet
    for index in (0..<stage).reversed() {
      let treatment = routers[index].treat(packet, .towardsProber, now: now)
      for answer in treatment.answers {
        emissions += towardsHost(answer, from: index + 1, now: now)
      }
      guard let onward = treatment.onward else { return emissions }
      packet = onward
    }
    emissions.append(Emission(packet, after: emission.delay + delay))
    return emissions
  }
}

/// A port that a router translates to another host right behind it.
public struct AddressTranslation: Sendable {
  /// The port.
  public var port: UInt16
  /// The hop of the router.
  public var router: Int
  /// The host that answers for the port.
  public var host: SimulatedHost

  /// Makes a translation.
  public init(port: UInt16, router: Int, to host: SimulatedHost) {
    self.port = port
    self.router = router
    self.host = host
  }
}
