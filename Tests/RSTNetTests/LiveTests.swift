import CLibnet
import CLinux
import RSTCore
import RSTEngine
import RSTWire
import Testing

@testable import RSTNet

/// What only a real kernel can show: packets over loopback and over a cable between namespaces.
@Suite(.serialized, .enabled(if: Namespaces.obstacle == nil, "needs root and network namespaces"))
struct LiveTests {
  static let loopback4 = IPAddress.v4(IPv4Address(rawValue: 0x7f00_0001))
  static let loopback6 = IPAddress.v6(IPv6Address(rawValue: 1))
  static let a4 = IPAddress.v4(IPv4Address(rawValue: 0xc000_0201))
  static let b4 = IPAddress.v4(IPv4Address(rawValue: 0xc000_0202))
  static let a6 = IPAddress.v6(IPv6Address(rawValue: 0x2001_0db8 << 96 | 1))
  static let b6 = IPAddress.v6(IPv6Address(rawValue: 0x2001_0db8 << 96 | 2))
  static let link6 = IPAddress.v6(IPv6Address(rawValue: 0xfe80 << 112 | 0xb))

  /// Sends drafts along a route and returns what was captured of ours, in order.
  private func exchange(
    _ drafts: [PacketDraft], over route: Route
  ) throws -> [Packet] {
    var capture = try Capture(interface: route.interface.name)
    try capture.filter(
      CaptureFilter(target: route.destination, ports: 40000...40010)
        .text(link: capture.linkType))
    var injector = try Injector(route: route)
    for draft in drafts {
      #expect(try injector.send(draft) == .accepted)
    }
    var seen: [Packet] = []
    // The kernel captures while it sends: whatever left is in the ring by now.
    while case .packet(let packet, _) = try capture.read() { seen.append(packet) }
    #expect(capture.statistics.dropped == 0)
    let sent = drafts.map { $0.encoded() }
    return seen.filter { sent.contains($0.octets) }
  }

  @Test(arguments: [loopback4, loopback6])
  func `every kind of packet leaves over loopback as drafted, and is seen once`(
    _ address: IPAddress
  ) throws {
    let namespaces = try Namespaces()
    let drafts = NamedDraft.all(from: address, to: address).map(\.draft)
    let seen = try namespaces.inside(.a) { try exchange(drafts, over: Route(to: address)) }
    #expect(seen.map(\.octets) == drafts.map { $0.encoded() })
  }

  @Test(arguments: [(a4, b4), (a6, b6)])
  func `every kind of packet leaves over Ethernet as drafted`(
    _ source: IPAddress, _ target: IPAddress
  ) throws {
    let namespaces = try Namespaces()
    let drafts = NamedDraft.all(from: source, to: target).map(\.draft)
    // The first packet waits for the neighbour's link address; a ping finds it.
    try #require(namespaces.run(.a, "ping -c 1 -W 2 \(target) > /dev/null"))
    let seen = try namespaces.inside(.a) { try exchange(drafts, over: Route(to: target)) }
    #expect(seen.map(\.octets) == drafts.map { $0.encoded() })
  }

  @Test func `a link-local target is reached through the interface of its scope`() throws {
    let namespaces = try Namespaces()
    try #require(namespaces.run(.a, "ping -c 1 -W 2 fe80::b%va > /dev/null"))
    try namespaces.inside(.a) {
      let found = try Resolver.resolve("fe80::b%va")
      let route = try Route(to: found.address, scope: found.scope)
      #expect(route.interface.name == "va")
      #expect(route.source.isLinkLocal)
      let drafts = NamedDraft.all(from: route.source, to: route.destination).map(\.draft)
      let seen = try exchange(drafts, over: route)
      #expect(seen.map(\.octets) == drafts.map { $0.encoded() })
    }
  }

  @Test(arguments: PortGuard.Means.allCases)
  func `a SYN-ACK for a guarded port draws no reset and one for another port does`(
    _ means: PortGuard.Means
  ) throws {
    let namespaces = try Namespaces()
    for (us, peer) in [(Self.a4, Self.b4), (Self.a6, Self.b6)] {
      try #require(namespaces.run(.b, "ping -c 1 -W 2 \(us) > /dev/null"))
      var generator = SeededGenerator(seed: 1)
      let portGuard = try namespaces.inside(.a) {
        try PortGuard(count: 8, source: us, means: [means], using: &generator)
      }
      let route = try namespaces.inside(.b) { try Route(to: us) }
      var capture = try namespaces.inside(.b) { try Capture(interface: "vb") }
      try capture.filter("ip6 proto 6 or (tcp and tcp[tcpflags] & tcp-rst != 0)")
      var injector = try namespaces.inside(.b) { try Injector(route: route) }
      func synAck(to port: UInt16) -> PacketDraft {
        PacketDraft(
          source: peer, destination: us,
          content: .segment(
            SegmentDraft(
              sourcePort: 80, destinationPort: port, sequence: SequenceNumber(5),
              acknowledgement: SequenceNumber(77), flags: [.syn, .acknowledgement])))
      }
      for port in portGuard.ports { #expect(try injector.send(synAck(to: port)) == .accepted) }
      // Outside the range that guards take ports from, so never guarded.
      #expect(try injector.send(synAck(to: 20000)) == .accepted)
      var resets: [UInt16] = []
      while resets.last != 20000 {
        var ready = pollfd(fd: capture.descriptor, events: Int16(POLLIN), revents: 0)
        try #require(unsafe poll(&ready, 1, 5000) == 1, "the control drew no reset")
        while case .packet(let packet, _) = try capture.read() {
          guard let header = packet.tcp, header.flags.contains(.reset) else { continue }
          resets.append(header.sourcePort)
        }
      }
      #expect(resets == [20000])
      withExtendedLifetime(portGuard.ports) {}
    }
  }

  @Test func `nothing is left of a guard after SIGKILL`() async throws {
    let before = try Self.guardedBlock()
    await #expect(processExitsWith: .signal(SIGKILL)) {
      let ports = try Self.guardedBlock { kill(getpid(), SIGKILL) }
      // Not reached; a guard that cannot be made ends the child in another way.
      #expect(ports.isEmpty)
    }
    #expect(try Self.guardedBlock() == before)
  }

  /// Guards a block that the seed chooses, and lets it go again.
  static func guardedBlock(_ meanwhile: () -> Void = {}) throws -> [UInt16] {
    var generator = SeededGenerator(seed: 20_260)
    let portGuard = try PortGuard(count: 224, source: loopback4, using: &generator)
    meanwhile()
    return portGuard.ports
  }

  @Test func `a busy port inside the block is passed over`() throws {
    let namespaces = try Namespaces()
    try namespaces.inside(.a) {
      var generator = SeededGenerator(seed: 3)
      let first = try PortGuard(count: 1, source: Self.a4, using: &generator)
      generator = SeededGenerator(seed: 3)
      let second = try PortGuard(count: 3, source: Self.a4, using: &generator)
      #expect(!second.ports.contains(first.ports[0]))
      #expect(second.ports.count == 3)
    }
  }

  @Test func `a packet filter's refusal is returned with its reason`() throws {
    let namespaces = try Namespaces()
    guard
      namespaces.run(
        .a,
        "nft add table inet t; nft add chain inet t o { type filter hook output priority 0\\; };"
          + "nft add rule inet t o tcp flags syn drop")
    else { try Test.cancel("needs nftables") }
    try namespaces.inside(.a) {
      let route = try Route(to: Self.b4)
      var injector = try Injector(route: route)
      let draft = NamedDraft.all(from: Self.a4, to: Self.b4)[0].draft
      #expect(
        try injector.send(draft)
          == .refused(reason: Refusal(cause: .filtered, text: "Operation not permitted")))
    }
  }

  /// Absent neighbours on the link, and routers that are none, in both families.
  static let dead = [
    ("192.0.2.99", "192.0.2.99"), ("2001:db8::99", "2001:db8::99"),
    ("198.51.100.1", "192.0.2.98"), ("2001:db8:1::1", "2001:db8::98"),
  ]

  @Test(arguments: dead)
  func `a neighbour that nobody answers for makes the target unreachable`(
    _ target: String, _ hop: String
  ) throws {
    let namespaces = try Namespaces()
    try #require(namespaces.run(.a, "ip route add 198.51.100.0/24 via 192.0.2.98"))
    try #require(namespaces.run(.a, "ip route add 2001:db8:1::/48 via 2001:db8::98"))
    let diagnosis = try namespaces.inside(.a) {
      let found = try Resolver.resolve(target)
      var run = try LiveRun(
        LiveRun.Request(
          target: Target(name: target, address: found.address, port: 80), seed: 7))
      return try run.diagnose()
    }
    #expect(diagnosis.conclusion.verdict.port == .unreachable)
    #expect(diagnosis.timing.elapsed < .milliseconds(3_500))
    let reason = Refusal(cause: .noWay, text: "no neighbour answers for \(hop) on va")
    #expect(!diagnosis.transcript.attempts.isEmpty)
    #expect(diagnosis.transcript.attempts.allSatisfy { $0.departure == .refused(reason) })
  }

  @Test func `a neighbour that is there keeps nothing`() throws {
    let namespaces = try Namespaces()
    try #require(namespaces.run(.a, "ping -c 1 -W 2 192.0.2.2 > /dev/null"))
    try namespaces.inside(.a) {
      let known = try #require(Neighbour(of: Route(to: Self.b4)))
      #expect(known.delay == .unknown)
      let unasked = try #require(Neighbour(of: Route(to: Self.b6)))
      #expect(unasked.delay == .unknown)
      #expect(try Neighbour(of: Route(to: Self.a4)) == nil)
    }
  }

  @Test func `no route is an error that names the target`() throws {
    let namespaces = try Namespaces()
    let far = IPAddress.v4(IPv4Address(rawValue: 0xcb00_7101))
    let far6 = IPAddress.v6(IPv6Address(rawValue: 0x2001_0db8_00ff << 80 | 1))
    try namespaces.inside(.a) {
      for address in [far, far6] {
        let error = #expect(throws: RouteError.self) { _ = try Route(to: address) }
        #expect(error?.description == "no route to \(address): Network is unreachable")
      }
    }
  }

  @Test func `a source that cannot go there is named with the target`() throws {
    let namespaces = try Namespaces()
    try namespaces.inside(.a) {
      let error = #expect(throws: RouteError.self) {
        _ = try Route(to: Self.b4, source: Self.loopback4)
      }
      #expect(
        error?.description == "no route to 192.0.2.2 from 127.0.0.1: Network is unreachable")
    }
  }

  @Test func `a gateway and a preferred source are the routing table's`() throws {
    let namespaces = try Namespaces()
    try #require(namespaces.run(.a, "ip route add 198.51.100.0/24 via 192.0.2.2"))
    try #require(namespaces.run(.a, "ip route add 2001:db8:1::/48 via 2001:db8::2"))
    try namespaces.inside(.a) {
      let far = IPAddress.v4(IPv4Address(rawValue: 0xc633_6401))
      let route = try Route(to: far)
      #expect(route.gateway == Self.b4)
      #expect(route.source == Self.a4)
      #expect(route.interface.name == "va")
      let route6 = try Route(to: .v6(IPv6Address(rawValue: 0x2001_0db8_0001 << 80 | 1)))
      #expect(route6.gateway == Self.b6)
      #expect(route6.source == Self.a6)
    }
  }

  @Test func `an interface that is down is named`() throws {
    let namespaces = try Namespaces()
    try #require(namespaces.run(.a, "ip link add d0 type veth peer name d1"))
    _ = try namespaces.inside(.a) {
      #expect(throws: RouteError.interfaceDown("d0")) {
        _ = try Route(to: Self.b4, interface: "d0")
      }
    }
  }

  @Test func `frames behind a VLAN tag are captured`() throws {
    let namespaces = try Namespaces()
    var capture = try namespaces.inside(.a) { try Capture(interface: "va") }
    try capture.filter(
      CaptureFilter(target: Self.b4, ports: 40000...40010).text(link: capture.linkType))
    let answer = NamedDraft.all(from: Self.a4, to: Self.b4)[1].draft.encoded()
    // IEEE 802.1Q: tag 0x8100, then priority and VLAN 5; then IPv4.
    let tagged = Self.broadcast + [0x81, 0x00, 0x00, 0x05, 0x08, 0x00] + answer
    try namespaces.inside(.b) {
      var text = [CChar](repeating: 0, count: Int(LIBNET_ERRBUF_SIZE))
      let link = unsafe try #require(unsafe libnet_init(LIBNET_LINK_ADV, "vb", &text))
      defer { unsafe libnet_destroy(link) }
      let count = unsafe libnet_adv_write_link(link, tagged, UInt32(tagged.count))
      try #require(count == tagged.count)
    }
    guard case .packet(let packet, _) = try capture.read() else {
      Issue.record("the tagged frame was not captured")
      return
    }
    #expect(packet.octets == answer)
  }

  /// Link addresses of a frame to everybody.
  private static let broadcast: [UInt8] =
    [0xff, 0xff, 0xff, 0xff, 0xff, 0xff] + [0x02, 0x00, 0x00, 0x00, 0x00, 0x01]

  @Test func `packets through a tunnel without link addresses are captured`() throws {
    let namespaces = try Namespaces()
    let tunnel = try namespaces.inside(.a) { unsafe rst_open_tunnel("t0") }
    guard tunnel >= 0 else { try Test.cancel("needs /dev/net/tun") }
    defer { close(tunnel) }
    try #require(
      namespaces.run(.a, "ip addr add 198.51.100.1/24 dev t0; ip link set t0 up"))
    let target = IPAddress.v4(IPv4Address(rawValue: 0xc633_6402))
    try namespaces.inside(.a) {
      let route = try Route(to: target)
      let drafts = NamedDraft.all(from: route.source, to: target).map(\.draft)
      #expect(try Capture(interface: "t0").linkType == .raw)
      let seen = try exchange(drafts, over: route)
      #expect(seen.map(\.octets) == drafts.map { $0.encoded() })
    }
  }

  @Test func `an interrupt ends the wait for packets, and a second one the process`() async {
    await #expect(processExitsWith: .signal(SIGTERM)) {
      var both = sigset_t()
      unsafe sigfillset(&both)
      unsafe pthread_sigmask(SIG_UNBLOCK, &both, nil)
      let capture = try Capture(interface: "lo")
      // Other tests' packets are not waited for: of this type (IEEE, for experiments) there are none.
      try capture.filter("ether proto 0x88b5")
      var source = LiveSource(
        capture: capture, interrupt: try Interrupt(), clock: SystemClock())
      raise(SIGINT)
      let arrival = try source.next(until: Moment(nanoseconds: .max / 2))
      guard arrival == .interrupted else { exit(1) }
      raise(SIGTERM)
      exit(2)
    }
  }
}
