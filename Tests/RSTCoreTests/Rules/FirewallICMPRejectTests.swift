import RSTCore
import RSTTestSupport
import RSTWire
import Testing

@Suite struct FirewallICMPRejectTests {
  @Test(arguments: [1, 2], families)
  func `administratively prohibited by a router means a filter there (RFC 1812, 5.2.7.1)`(
    _ hop: Int, _ family: AddressFamily
  ) throws {
    let network = SimulatedNetwork.path(Reject(.port(81), with: .prohibited), at: hop)
    let run = try network.run(81, family)
    #expect(run.conclusion.verdict.port == .rejected)
    #expect(run.conclusion.verdict.responder == .networkDevice)
    #expect(run.conclusion.verdict.hop == hop)
    #expect(run.codes == ["firewall-icmp-reject"])
  }

  @Test(arguments: [Reject.Manner.prohibited, .portUnreachable], families)
  func `the same from the target's own address means a filter on the host`(
    _ manner: Reject.Manner, _ family: AddressFamily
  ) throws {
    let run = try SimulatedNetwork.path(Reject(.port(81), with: manner), at: 3).run(81, family)
    #expect(run.conclusion.verdict.port == .rejected)
    #expect(run.conclusion.verdict.responder == .hostFirewall)
  }

  @Test(arguments: families)
  func `host unreachable for one port alone is a filter, since other ports answer`(
    _ family: AddressFamily
  ) throws {
    let network = SimulatedNetwork.path(Reject(.port(81), with: .hostUnreachable), at: 2)
    #expect(try network.codes(81, family) == ["firewall-icmp-reject"])
  }

  @Test(arguments: families)
  func `no route for every port is none`(_ family: AddressFamily) throws {
    let network = SimulatedNetwork.path(Reject(.all, with: .noRoute), at: 2)
    #expect(try !network.codes(81, family).contains("firewall-icmp-reject"))
  }

  @Test func `an ICMP error that refuses nothing is none`() {
    var script = Script()
    script.showClosedControl()
    // Fragmentation needed: RFC 1191.
    script.exchange("syn", .error(type: 3, code: 4, from: 1))
    #expect(!script.codes.contains("firewall-icmp-reject"))
  }
}
