import RSTCore
import RSTTestSupport
import RSTWire
import Testing

@Suite struct HostFirewallResetTests {
  @Test(arguments: families)
  func `resets without the marks of the host's other resets come from its filter`(
    _ family: AddressFamily
  ) throws {
    let run = try SimulatedNetwork.path(Reject(.port(81)), at: 3).run(81, family)
    #expect(run.conclusion.verdict.port == .rejected)
    #expect(run.conclusion.verdict.responder == .hostFirewall)
    #expect(run.conclusion.verdict.hop == 3)
    #expect(run.codes == ["host-firewall-reset"])
  }

  @Test(arguments: families)
  func `also where only SYNs are rejected and a stray ACK meets the stack`(
    _ family: AddressFamily
  ) throws {
    let run = try SimulatedNetwork.path(Reject(.syn(to: 81)), at: 3).run(81, family)
    #expect(run.conclusion.verdict.responder == .hostFirewall)
  }

  @Test(arguments: families)
  func `a default-deny rule is never called closed, though the controls are alike`(
    _ family: AddressFamily
  ) throws {
    let run = try SimulatedNetwork.path(Reject(.portsExcept([80])), at: 3).run(81, family)
    #expect([.rejected, .inconclusive].contains(run.conclusion.verdict.port))
    #expect(!run.codes.contains("closed-port"))
  }

  @Test(arguments: families)
  func `a path that clears DSCP is no filter on the host`(_ family: AddressFamily) throws {
    let run = try SimulatedNetwork.path(Marking(0), at: 1).run(81, family)
    #expect([.closed, .inconclusive].contains(run.conclusion.verdict.port))
    #expect(!run.codes.contains("host-firewall-reset"))
  }
}
