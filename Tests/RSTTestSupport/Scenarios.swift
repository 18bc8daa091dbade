internal import RSTCore
internal import RSTWire

/// The situations that rstprobe must tell apart, as the lab has them too.
extension Scenario {
  /// Those that every lossy path is tried with.
  public static let main: [Scenario] = plain + rejects + drops + queues + interference

  /// Those beside them.
  public static let more: [Scenario] =
    quiet + hopLimits + marking + tracking + statelessFilters + denials + oddities

  /// Every one.
  public static let all = main + more

  /// The scenario of that name.
  public static func named(_ name: String) -> Scenario? { all.first { $0.name == name } }

  private static func linux(_ change: (inout SimulatedHost) -> Void) -> SimulatedHost {
    var host = SimulatedHost.linux(listening: [80])
    change(&host)
    return host
  }

  private static let closed = Truth(.closed, by: .host, hop: 3, must: "closed-port")
  private static let open = Truth(
    .open, by: .host, hop: 3, must: "open-port", may: "odd-flags-accepted")
  private static let hostReject = Truth(
    .rejected, by: .hostFirewall, hop: 3, must: "host-firewall-reset")

  private static func routerReject(_ hop: Int, may: String = "") -> Truth {
    Truth(.rejected, by: .networkDevice, hop: hop, must: "network-firewall-reset", may: may)
  }

  private static let plain = [
    Scenario("closed", port: 81, .path(), closed),
    Scenario("open", port: 80, .path(), Truth(.open, by: .host, hop: 3, must: "open-port")),
  ]

  private static let rejects: [Scenario] = [
    Scenario("host-reject", port: 81, .path(Reject(.port(81)), at: 3), hostReject),
    Scenario("host-reject-listener", port: 80, .path(Reject(.port(80)), at: 3), hostReject),
    Scenario("host-reject-syn", port: 81, .path(Reject(.syn(to: 81)), at: 3), hostReject),
    Scenario("router1-reject", port: 81, .path(Reject(.port(81)), at: 1), routerReject(1)),
    Scenario("router2-reject", port: 81, .path(Reject(.port(81)), at: 2), routerReject(2)),
    Scenario(
      "host-icmp-prohibited", port: 81, .path(Reject(.port(81), with: .prohibited), at: 3),
      Truth(.rejected, by: .hostFirewall, hop: 3, must: "firewall-icmp-reject")),
    Scenario(
      "host-icmp-port-unreachable", port: 81,
      .path(Reject(.port(81), with: .portUnreachable), at: 3),
      Truth(.rejected, by: .hostFirewall, hop: 3, must: "firewall-icmp-reject")),
    Scenario(
      "router1-icmp-port-unreachable", port: 81,
      .path(Reject(.port(81), with: .portUnreachable), at: 1),
      Truth(.rejected, by: .networkDevice, hop: 1, must: "firewall-icmp-reject")),
    Scenario(
      "router2-icmp-prohibited", port: 81, .path(Reject(.port(81), with: .prohibited), at: 2),
      Truth(.rejected, by: .networkDevice, hop: 2, must: "firewall-icmp-reject")),
    Scenario(
      "router2-icmp-host-unreachable-port", port: 81,
      .path(Reject(.port(81), with: .hostUnreachable), at: 2),
      Truth(.rejected, by: .networkDevice, hop: 2, must: "firewall-icmp-reject")),
  ]

  private static func drop(_ between: Int) -> Truth {
    Truth(.dropped, by: .none, must: "silent-drop", droppedBetween: [between, between + 1])
  }

  private static let drops: [Scenario] = [
    Scenario("host-drop", port: 81, .path(Drop(.port(81)), at: 3), drop(2)),
    Scenario("host-drop-listener", port: 80, .path(Drop(.port(80)), at: 3), drop(2)),
    Scenario("host-drop-all", port: 81, .path(Drop(.all), at: 3), drop(2)),
    Scenario("router1-drop", port: 81, .path(Drop(.port(81)), at: 1), drop(1)),
    Scenario("router2-drop", port: 81, .path(Drop(.port(81)), at: 2), drop(2)),
    Scenario("router1-drop-all", port: 81, .path(Drop(.all), at: 1), drop(1)),
  ]

  private static let queues: [Scenario] = [
    Scenario(
      "accept-queue-full", port: 80, .path(host: linux { $0.queue = .full }),
      Truth(.overloaded, by: .host, .none, hop: 3, must: "accept-queue-full")),
    Scenario(
      "accept-queue-overflow", port: 80,
      .path(host: linux { $0.queue = .overflows(aborts: true) }),
      Truth(
        .overloaded, by: .host, hop: 3, must: "accept-queue-overflow-reset",
        may: "open-port accept-queue-full")),
  ]

  private static func injector(_ change: (inout Injector) -> Void = { _ in }) -> Injector {
    var injector = Injector(port: 80)
    change(&injector)
    return injector
  }

  private static let injected = Truth(
    .open, by: .host, hop: 3, must: "open-port injected-reset", may: "injector-located")

  private static let interference: [Scenario] = [
    Scenario("injected", port: 80, .path(injector(), at: 1), injected),
    Scenario(
      "injected-mimic", port: 80, .path(injector { $0.hopLimit = 62 }, at: 1), injected),
    Scenario(
      "injected-late", port: 80, .path(injector { $0.delay = .milliseconds(5) }, at: 2), injected),
    Scenario(
      "injected-slow", port: 80, .path(injector { $0.delay = .milliseconds(300) }, at: 1),
      // Nothing but an answer asks rstprobe to listen so long after a SYN ACK.
      Truth(
        .open, by: .host, hop: 3, must: "open-port", may: "injected-reset injector-located")),
    Scenario(
      "synproxy", port: 80, .path(SYNProxy(port: 80), at: 2),
      Truth(
        .open, by: .networkDevice, hop: 2, must: "open-port syn-proxy",
        may: "syn-cookies stateful-firewall odd-flags-filtered")),
    Scenario(
      "dnat-open", port: 8080,
      .path {
        $0.translations = [
          AddressTranslation(port: 8080, router: 1, to: .linux(listening: [8080]))
        ]
      },
      Truth(
        .open, by: .host, .unknown, must: "open-port", may: "synack-address-translation")),
    Scenario(
      "dnat-closed", port: 8080,
      .path { $0.translations = [AddressTranslation(port: 8080, router: 1, to: .linux())] },
      Truth(
        .closed, by: .host, hop: 2, must: "closed-port", may: "synack-address-translation",
        allowsInconclusive: true)),
  ]

  private static let quiet: [Scenario] = [
    Scenario(
      "quiet-closed", port: 81, .path(host: .quiet(listening: [80])),
      Truth(.closed, by: .host, hop: 3, must: "closed-port", may: "odd-flags-accepted")),
    Scenario("quiet-open", port: 80, .path(host: .quiet(listening: [80])), open),
    Scenario(
      "quiet-router-reject", port: 81,
      .path(host: .quiet(listening: [80]), Reject(.port(81)), at: 2),
      routerReject(2, may: "odd-flags-accepted")),
  ]

  private static let hopLimits = [UInt8(32), 128, 255].flatMap { ttl -> [Scenario] in
    let host = SimulatedHost.linux(listening: [80], hopLimit: ttl)
    return [
      Scenario("ttl\(ttl)-closed", port: 81, .path(host: host), closed),
      Scenario("ttl\(ttl)-open", port: 80, .path(host: host), open),
      Scenario(
        "ttl\(ttl)-host-reject", port: 81, .path(host: host, Reject(.port(81)), at: 3),
        hostReject),
      Scenario(
        "ttl\(ttl)-router-reject", port: 81, .path(host: host, Reject(.port(81)), at: 2),
        routerReject(2)),
    ]
  }

  private static func tolerant(_ truth: Truth) -> Truth {
    var truth = truth
    truth.allowsInconclusive = true
    return truth
  }

  private static let marking: [Scenario] = [("clear", UInt8(0)), ("constant", 0x28)].flatMap {
    name, value -> [Scenario] in
    func marked(_ box: (any Middlebox)? = nil, at hop: Int = 3) -> SimulatedNetwork {
      .path {
        $0.put(Marking(value), at: 1)
        if let box { $0.put(box, at: hop) }
      }
    }
    return [
      Scenario("dscp-\(name)-closed", port: 81, marked(), tolerant(closed)),
      Scenario("dscp-\(name)-open", port: 80, marked(), open),
      Scenario(
        "dscp-\(name)-host-reject", port: 81, marked(Reject(.port(81))), tolerant(hostReject)),
      Scenario(
        "dscp-\(name)-router-reject", port: 81, marked(Reject(.port(81)), at: 2),
        tolerant(routerReject(2))),
    ]
  }

  private static let tracking = [1, 3].flatMap { hop -> [Scenario] in
    let tracking = ConnectionTracking(.newIsSYN)
    return [
      Scenario(
        "hop\(hop)-stateful-open", port: 80, .path(tracking, at: hop),
        Truth(
          .open, by: .host, hop: 3, must: "open-port stateful-firewall", may: "odd-flags-filtered")
      ),
      Scenario(
        "hop\(hop)-stateful-closed", port: 81, .path(tracking, at: hop),
        Truth(
          .closed, by: .host, hop: 3, must: "closed-port stateful-firewall",
          may: "odd-flags-filtered")),
      Scenario(
        "hop\(hop)-invalid-dropped", port: 80, .path(ConnectionTracking(.invalidDropped), at: hop),
        Truth(
          .open, by: .host, hop: 3, must: "open-port odd-flags-filtered", may: "stateful-firewall"
        )),
      Scenario(
        "hop\(hop)-odd-flags-closed", port: 81, .path(Drop(.oddFlags), at: hop),
        Truth(.closed, by: .host, hop: 3, must: "closed-port odd-flags-filtered")),
    ]
  }

  private static let statelessFilters = [1, 2, 3].flatMap { hop -> [Scenario] in
    [
      Scenario(
        "hop\(hop)-stateless", port: 81, .path(Drop(.syn(to: 81)), at: hop),
        Truth(
          .dropped, by: .none, must: "stateless-filter", may: "silent-drop",
          droppedBetween: hop == 1 ? [1, 2] : [2, 3])),
      Scenario(
        "hop\(hop)-stateless-listener", port: 80, .path(Drop(.syn(to: 80)), at: hop),
        Truth(
          .dropped, hop == 1 ? .dropped : .overloaded, by: .none, .host,
          may: "stateless-filter silent-drop accept-queue-full",
          droppedBetween: hop == 1 ? [1, 2] : [2, 3], allowsInconclusive: true)),
    ]
  }

  private static var blindReject: Reject {
    var reject = Reject(.port(81))
    reject.verifiesChecksums = false
    return reject
  }

  private static let denials: [Scenario] = [
    Scenario(
      "host-default-deny", port: 81, .path(Reject(.portsExcept([80])), at: 3),
      tolerant(hostReject)),
    Scenario(
      "router1-default-deny", port: 81, .path(Reject(.portsExcept([80])), at: 1), routerReject(1)),
    Scenario(
      "router2-default-deny", port: 81, .path(Reject(.portsExcept([80])), at: 2), routerReject(2)),
    Scenario(
      "router1-checksum-blind", port: 81, .path(blindReject, at: 1),
      Truth(
        .rejected, by: .networkDevice, hop: 1,
        must: "network-firewall-reset checksum-blind-device")),
    Scenario(
      "router2-unreachable", port: 81, .path(Reject(.all, with: .noRoute), at: 2),
      Truth(.unreachable, by: .networkDevice, hop: 2, must: "icmp-unreachable")),
    Scenario("host-default-drop", port: 81, .path(Drop(.portsExcept([80])), at: 3), drop(2)),
    Scenario("open-default-drop", port: 80, .path(Drop(.portsExcept([80])), at: 3), open),
  ]

  private static let resets = PacketMatch { $0.tcp?.flags.contains(.reset) ?? false }

  private static let oddities: [Scenario] = [
    Scenario(
      "syn-cookies", port: 80, .path(host: linux { $0.usesCookies = true }),
      Truth(.open, by: .host, hop: 3, must: "open-port syn-cookies")),
    Scenario(
      "closed-limited", port: 81,
      .path(Limit(resets, .towardsProber, perSecond: 10, burst: 5), at: 3),
      Truth(.closed, by: .host, hop: 3, must: "closed-port", may: "reset-rate-limited")),
    Scenario("closed-no-echo", port: 81, .path(host: linux { $0.answersEcho = false }), closed),
    Scenario(
      "open-banner", port: 80, .path(host: linux { $0.banner = Array("220 hi\r\n".utf8) }), open),
    Scenario(
      "host-synproxy", port: 80, .path(SYNProxy(port: 80), at: 3),
      Truth(
        .open, by: .host, .hostFirewall, hop: 3, must: "open-port syn-proxy",
        may: "syn-cookies stateful-firewall odd-flags-filtered")),
  ]
}
