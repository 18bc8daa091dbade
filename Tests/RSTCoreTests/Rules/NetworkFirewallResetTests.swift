import RSTCore
import RSTTestSupport
import RSTWire
import Testing

@Suite struct NetworkFirewallResetTests {
  @Test(arguments: [1, 2, 3, 4], families)
  func `resets from nearer than the host come from a device, at its hop`(
    _ hop: Int, _ family: AddressFamily
  ) throws {
    let network = SimulatedNetwork.path(routers: 4) { $0.put(Reject(.port(81)), at: hop) }
    let run = try network.run(81, family)
    #expect(run.conclusion.verdict.port == .rejected)
    #expect(run.conclusion.verdict.responder == .networkDevice)
    #expect(run.conclusion.verdict.hopRange?.contains(hop) == true)
    #expect(run.codes == ["network-firewall-reset"])
  }

  @Test(arguments: families)
  func `a device that begins with another hop limit than its neighbours does not hide`(
    _ family: AddressFamily
  ) throws {
    var reject = Reject(.port(81))
    reject.hopLimit = 255
    reject.actsBeforeRouting = true
    let verdict = try SimulatedNetwork.path(reject, at: 1).run(81, family).conclusion.verdict
    #expect(verdict.port == .rejected)
    #expect(verdict.responder == .networkDevice)
  }

  @Test(arguments: families)
  func `a reject on the host itself is no device`(_ family: AddressFamily) throws {
    let codes = try SimulatedNetwork.path(Reject(.port(81)), at: 3).codes(81, family)
    #expect(!codes.contains("network-firewall-reset"))
  }

  @Test(arguments: families)
  func `one firewall of four that rejects is said beside the open port`(
    _ family: AddressFamily
  ) throws {
    var options = InvestigationOptions()
    options.flows = 16
    let some = PacketMatch { packet in
      guard let header = packet.tcp, header.destinationPort == 80 else { return false }
      return header.sourcePort % 4 == 1
    }
    let run = try SimulatedRun(
      port: 80, family, .path(Reject(some), at: 2), options: options)
    #expect(run.codes.contains("network-firewall-reset"))
    #expect([.open, .inconclusive].contains(run.conclusion.verdict.port))
    #expect(!run.codes.contains("closed-port"))
  }

  /// Rungs share a flow: the second SYN of a connection is reset by the host, from where it is.
  @Test(arguments: [false, true])
  func `a rung that is reset where another was accepted says nothing of who refuses`(
    _ hasRungs: Bool
  ) throws {
    var script = Script()
    script.showClosedControl()
    script.exchange("syn", .synAck())
    for _ in 0..<6 { script.exchange("flow-syn", .filterReset(hopLimit: 64)) }
    if hasRungs {
      script.exchange("ladder-syn", hopLimit: 3, .synAck())
      script.exchange("ladder-syn", hopLimit: 4, .reset)
    }
    let findings = Conclusion(script.observations).findings
    #expect(findings.contains { $0.code == .networkFirewallReset })
    #expect(!findings.contains { $0.code == .hostFirewallReset })
  }
}
