import RSTCore
import RSTDoctor
import RSTWire
import Testing

/// Listings that nft 1.0.6 and iptables 1.8.9 wrote in a namespace of their own, and what a probe meets.
@Suite struct RuleReadingTests {
  static func address(_ text: String) throws -> IPAddress { try #require(IPAddress(text)) }

  static func packet(
    to destination: String? = "198.51.100.10", _ port: UInt16? = 80, by interface: String? = "e0",
    user: UInt32 = 0
  ) throws -> FilterPacket {
    FilterPacket(
      family: .ipv4, source: try address("192.0.2.10"), destination: try destination.map(address),
      port: port, interface: interface, user: user, group: 0)
  }

  static func read(_ name: String, _ octets: [UInt8]) -> FilterChecks {
    RuleReading.read(
      name == "nft"
        ? ["nft": .said(octets)]
        : [name: .said(octets), "nft": .said(Array(#"{"nftables": []}"#.utf8))])
  }

  static func saved(_ rules: String, _ program: String = "iptables-save") -> FilterChecks {
    read(program, Array(rules.utf8))
  }

  static func output(_ checks: FilterChecks, _ packet: FilterPacket) throws -> DoctorCheck {
    try #require(checks.checks(for: packet).first { $0.name == "filter-output" })
  }

  // MARK: - Real listings

  @Test func `a service mesh's redirection is met by root's probes and not by the proxy's own`()
    throws
  {
    let mesh = Self.read("iptables-save", PackageResources.mesh_save)
    let met = try Self.output(mesh, Self.packet())
    #expect(met.state == .warning)
    #expect(met.what.contains("15001, as Istio's sidecar"))
    #expect(met.what.contains("ISTIO_REDIRECT"))
    #expect(try Self.output(mesh, Self.packet(user: 1337)).state == .good)
    #expect(try Self.output(mesh, Self.packet(to: "127.0.0.1")).state == .good)
    // Over loopback only the proxy's own reach the last rule.
    #expect(try Self.output(mesh, Self.packet(by: "lo")).state == .good)
    // With the group of the proxy, or one that is not known, it depends.
    var other = try Self.packet()
    other.group = nil
    #expect(try Self.output(mesh, other).state == .unknown)
  }

  @Test func `a node that drops by policy lets through what a rule accepts before`() throws {
    let node = Self.read("iptables-save", PackageResources.node_save)
    let web = try Self.output(node, Self.packet())
    #expect(web.state == .warning)
    #expect(!web.what.contains("dropped"))
    #expect(web.what.contains("TCPMSS") && web.what.contains("MASQUERADE"))
    #expect(try Self.output(node, Self.packet(8050)).what.contains("MASQUERADE"))
    let mail = try Self.output(node, Self.packet(25))
    #expect(mail.what.contains("refused with tcp-reset"))
    // What is refused never comes to address translation.
    #expect(!mail.what.contains("MASQUERADE"))
    #expect(try Self.output(node, Self.packet(22)).what.contains("policy drop"))
    let input = try #require(node.checks(for: Self.packet()).first { $0.name == "filter-input" })
    #expect(input.state == .warning && input.what.contains("refused"))
    let odd = try #require(node.checks(for: Self.packet(22)).first { $0.name == "filter-output" })
    #expect(odd.state == .warning)
  }

  @Test func `sets, verdict maps, chains without a name and netdev chains are met in their order`()
    throws
  {
    let whole = Self.read("nft", PackageResources.whole_json)
    #expect(whole.unread.isEmpty)
    // The redirection is met before the filter, which meets another port on another interface then.
    let web = try Self.output(whole, Self.packet())
    #expect(web.state == .warning)
    #expect(web.what.contains("redirected to local port 15001"))
    #expect(!web.what.contains("dropped"))
    // The chain without a name cannot be read: what follows it is met all the same.
    let chain = try Self.output(whole, Self.packet(8050))
    #expect(chain.state == .warning)
    #expect(chain.what.contains("tcp option maxseg set"))
    let only = FilterWalk(try Self.packet(8050), through: whole.chains).effects
    #expect(
      only.contains { if case .unread(let text) = $0.kind { text.contains("drop") } else { false } }
    )
    let tls = try Self.output(whole, Self.packet(443))
    #expect(tls.what.contains("refused with tcp reset") && tls.what.contains("chain x"))
    #expect(!tls.what.contains("masquerade"))
    let ssh = try Self.output(whole, Self.packet(22))
    #expect(ssh.what.contains("given other addresses"))
    #expect(!ssh.what.contains("dropped"))
    // Out of another network and interface: neither the set nor the masquerade.
    let elsewhere = try Self.output(whole, Self.packet(to: "203.0.113.9", 22, by: "e1"))
    #expect(elsewhere.what.contains("snat"))
    #expect(!elsewhere.what.contains("masquerade"))
  }

  @Test func `a filter on the interface's own egress hook is met last`() throws {
    let rules = """
      {"nftables": [{"chain": {"family": "netdev", "table": "d", "name": "e", "type": "filter",
      "hook": "egress", "prio": 0, "policy": "accept", "dev": "e0"}},
      {"rule": {"family": "netdev", "table": "d", "chain": "e", "expr": [{"match": {"op": "==",
      "left": {"payload": {"protocol": "tcp", "field": "dport"}}, "right": 80}}, {"drop": null}]}}]}
      """
    let checks = Self.read("nft", Array(rules.utf8))
    #expect(try Self.output(checks, Self.packet()).what.contains("netdev d"))
    #expect(try Self.output(checks, Self.packet(by: "e1")).state == .good)
    #expect(try Self.output(checks, Self.packet(by: nil)).state == .unknown)
    #expect(try Self.output(checks, Self.packet(81)).state == .good)
  }

  // MARK: - What is not known

  @Test func `a listing that failed is never good`() throws {
    for listing in [RuleListing.notInstalled, .refused("Operation not permitted"), .said([])] {
      let checks = RuleReading.read(["nft": listing]).checks(for: try Self.packet())
      #expect(checks.contains { $0.name == "filter-reading" && $0.state == .unknown })
      #expect(DoctorReport(target: nil, checks: checks).outcome == .unclear)
    }
    #expect(
      DoctorReport(
        target: nil,
        checks: Self.saved("*filter\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n").checks(for: try Self.packet())
      )
      .outcome == .clear)
  }

  @Test func `a condition that cannot be found out makes a drop possible, not certain`() throws {
    let head = "*filter\n:OUTPUT ACCEPT [0:0]\n"
    let maybe = try Self.output(
      Self.saved(head + "-A OUTPUT -p tcp -m string --string \"x\" --algo bm -j DROP\n"),
      Self.packet())
    #expect(maybe.state == .unknown)
    #expect(maybe.what.contains("dropped"))
    // What may have been accepted before is only possibly dropped.
    let after = try Self.output(
      Self.saved(head + "-A OUTPUT -m statistic --mode random -j ACCEPT\n-A OUTPUT -j DROP\n"),
      Self.packet())
    #expect(after.state == .unknown)
    // What may have been dropped before is dropped for certain.
    let both = try Self.output(
      Self.saved(head + "-A OUTPUT -m statistic --mode random -j DROP\n-A OUTPUT -j DROP\n"),
      Self.packet())
    #expect(both.state == .warning)
    let unknown = try Self.output(
      Self.saved(head + "-A OUTPUT -j SOMETHING --new\n"), Self.packet())
    #expect(unknown.state == .unknown)
  }

  @Test func `without a target, what is about some ports is only possible`() throws {
    let checks = Self.saved(
      "*filter\n:OUTPUT ACCEPT [0:0]\n-A OUTPUT -d 10.0.0.0/8 -p tcp --dport 25 -j DROP\n")
    #expect(try Self.output(checks, Self.packet(to: nil, nil)).state == .unknown)
    #expect(try Self.output(checks, Self.packet(25)).state == .good)
  }

  @Test func `chains that lead in circles end`() throws {
    let checks = Self.saved(
      "*filter\n:OUTPUT ACCEPT [0:0]\n:a - [0:0]\n:b - [0:0]\n-A OUTPUT -j a\n"
        + String(repeating: "-A a -j b\n-A b -j a\n", count: 20))
    // More rules than anybody follows are no proof that nothing is dropped.
    #expect(try Self.output(checks, Self.packet()).state != .warning)
  }

  @Test(arguments: [
    "", "{", "[]", "null", #"{"nftables": 7}"#, #"{"nftables": [null, 1, "x", {"rule": 5}]}"#,
    #"{"nftables": [{"chain": {"family": "inet", "table": "t", "name": "o", "hook": "output", "prio": 1e99}}]}"#,
    String(repeating: "[", count: 100_000),
    #"{"nftables": [{"chain": {"family": "ip", "table": "t", "name": "o", "hook": "output"}},"#
      + #"{"rule": {"family": "ip", "table": "t", "chain": "o", "expr": [{}, {"match": {}}, {"vmap": {}},"#
      + #"{"match": {"op": "==", "left": {"&": [1]}, "right": {"range": [9, -1]}}}, {"jump": {}}, []]}}]}"#,
  ])
  func `a hostile listing is read as nothing, or as not understood`(_ text: String) throws {
    let checks = RuleReading.read(["nft": .said(Array(text.utf8))])
    let found = checks.checks(for: try Self.packet())
    #expect(!found.contains { $0.state == .warning })
    #expect(!found.isEmpty)
  }

  @Test func `cut and scrambled listings are read without harm`() throws {
    let listings = [
      ("nft", PackageResources.whole_json), ("iptables-save", PackageResources.node_save),
      ("iptables-save", PackageResources.mesh_save),
    ]
    for (name, octets) in listings {
      for part in stride(from: 0, to: octets.count, by: 97) {
        var cut = Array(octets.prefix(part))
        #expect(!Self.read(name, cut).checks(for: try Self.packet()).isEmpty)
        cut = octets
        cut[part] = UInt8(truncatingIfNeeded: part &* 31 | 1)
        #expect(!Self.read(name, cut).checks(for: try Self.packet()).isEmpty)
      }
    }
  }

  @Test func `what somebody wrote as a comment is no option`() throws {
    let checks = Self.saved(
      "*filter\n:OUTPUT ACCEPT [0:0]\n-A OUTPUT -p tcp -m comment --comment -j -m comment --comment \"-j DROP\" -j ACCEPT\n"
    )
    #expect(try Self.output(checks, Self.packet()).state == .good)
  }
}
