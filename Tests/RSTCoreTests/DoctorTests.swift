import RSTWire
import Testing

@testable import RSTCore

/// What a machine lacks or puts in the way, from what was found on it.
@Suite struct DoctorTests {
  /// A machine on which nothing is missing.
  static func sound() throws -> MachineFacts {
    var facts = MachineFacts()
    facts.hasRawNetwork = true
    facts.libpcap = "libpcap version 1.10.3"
    facts.libnet = "libnet version 1.1.6"
    facts.kernel = "6.18.0"
    facts.way = MachineFacts.Way(
      target: try #require(IPAddress("198.51.100.10")), port: 80,
      source: try #require(IPAddress("192.0.2.10")), interface: "eth0",
      gateway: IPAddress("192.0.2.1"), isLocal: false)
    facts.mtu = 1500
    facts.offloads = ["GRO"]
    facts.reversePathFilter = 0
    facts.seccompActions = "kill_process allow"
    facts.trafficControl = ""
    return facts
  }

  static func outcome(_ change: (inout MachineFacts) throws -> Void) throws -> DoctorReport.Outcome
  {
    var facts = try sound()
    try change(&facts)
    return DoctorReport(target: nil, checks: facts.checks).outcome
  }

  static func check(
    _ name: String, _ change: (inout MachineFacts) throws -> Void
  ) throws -> DoctorCheck {
    var facts = try sound()
    try change(&facts)
    return try #require(facts.checks.first { $0.name == name })
  }

  @Test
  func `nothing stands in the way of a sound machine, merged segments and no witness included`()
    throws
  {
    #expect(try Self.outcome { _ in } == .clear)
    #expect(try Self.outcome { $0.tracing = "no tracefs" } == .clear)
    #expect(try Self.outcome { $0.offloads = nil } == .clear)
    #expect(try Self.outcome { $0.seccompActions = nil } == .clear)
  }

  @Test func `a missing capability is named with the line that grants it`() throws {
    let missing = try Self.check("capability") {
      $0.hasRawNetwork = false
      $0.executable = "/opt/rst probe/bin"
    }
    #expect(missing.state == .missing)
    #expect(missing.remedy.contains("setcap cap_net_raw+ep '/opt/rst probe/bin'"))
    let contained = try Self.check("capability") {
      $0.hasRawNetwork = false
      $0.isContainer = true
    }
    #expect(contained.remedy.contains("--cap-add NET_RAW"))
    #expect(try Self.outcome { $0.hasRawNetwork = false } == .obstructed)
  }

  @Test func `no route, no sockets and a tiny MTU are in the way`() throws {
    #expect(
      try Self.outcome {
        $0.way = nil
        $0.noWay = "no route to 198.51.100.10"
      } == .obstructed)
    #expect(try Self.outcome { $0.packetSocket = "Operation not permitted" } == .obstructed)
    #expect(try Self.outcome { $0.mtu = 68 } == .obstructed)
  }

  @Test func `a table of connections is in the way when it is nearly full`() throws {
    #expect(try Self.outcome { $0.conntrack = (235_930, 262_144) } == .obstructed)
    #expect(try Self.outcome { $0.conntrack = (235_929, 262_144) } == .clear)
    #expect(try Self.outcome { $0.conntrack = (0, 0) } == .clear)
  }

  @Test func `a target that is a virtual service here is one, and its neighbour is not`() throws {
    // As /proc/net/ip_vs has it.
    let table = """
      IP Virtual Server version 1.2.1 (size=4096)
      Prot LocalAddress:Port Scheduler Flags
        -> RemoteAddress:Port Forward Weight ActiveConn InActConn
      TCP  C633640A:0050 rr
        -> CB00710A:1F90      Masq    1      0          0
      TCP  [2001:0db8:0003:0000:0000:0000:0000:0010]:0050 rr
      UDP  C633640A:0035 rr
      """
    #expect(try Self.check("ipvs") { $0.virtualServices = table }.state == .warning)
    #expect(
      try Self.check("ipvs") {
        $0.virtualServices = table
        $0.way?.port = 53
      }.state == .good)
    #expect(
      try Self.check("ipvs") {
        $0.virtualServices = table
        $0.way?.target = try #require(IPAddress("2001:db8:3::10"))
      }.state == .warning)
    #expect(try Self.check("ipvs") { $0.virtualServices = "TCP x:y\nTCP\nTCP  :" }.state == .good)
  }

  @Test func `programs on the interface may do anything, and none do nothing`() throws {
    let bpf = "filter protocol all pref 1 bpf chain 0 handle 0x1 cil_to_netdev direct-action"
    let found = try Self.check("traffic-control") { $0.trafficControl = bpf }
    #expect(found.state == .unknown)
    #expect(found.remedy.contains("bpftool"))
    #expect(try Self.outcome { $0.trafficControl = nil } == .unclear)
  }
}
