import RSTCore
import RSTTestSupport
import RSTWire
import Testing

@Suite struct StatefulFirewallTests {
  @Test(arguments: [UInt16(80), 81], families)
  func `stray ACKs that vanish where SYNs are answered show connection tracking`(
    _ port: UInt16, _ family: AddressFamily
  ) throws {
    let run = try SimulatedNetwork.path(ConnectionTracking(.newIsSYN), at: 2).run(port, family)
    #expect(run.codes.contains("stateful-firewall"))
    #expect(run.conclusion.verdict.port == (port == 80 ? .open : .closed))
  }

  @Test(arguments: families)
  func `a host that resets stray ACKs shows none`(_ family: AddressFamily) throws {
    #expect(try !SimulatedNetwork.path().codes(81, family).contains("stateful-firewall"))
  }

  @Test func `stray ACKs that vanish where SYNs vanish too show none`() {
    var script = Script()
    script.silence("syn", times: 10)
    script.silence("stray-ack", times: 10)
    #expect(!script.codes.contains("stateful-firewall"))
  }

  @Test func `one lost stray ACK shows none`() {
    var script = Script()
    script.showClosedControl()
    script.exchange("syn", .reset)
    script.silence("stray-ack", times: 1)
    #expect(!script.codes.contains("stateful-firewall"))
  }

  @Test func `stray ACKs that vanished before anything was answered show none`() {
    var script = Script()
    script.silence("syn", times: 4)
    script.silence("stray-ack", times: 9)
    script.beginFlight()
    script.exchange("syn", .synAck())
    script.exchange("syn", .synAck())
    #expect(!script.codes.contains("stateful-firewall"))
  }

  @Test func `stray ACKs that vanished when nothing was answered any more show none`() {
    var script = Script()
    script.exchange("syn", .synAck())
    script.exchange("syn", .synAck())
    script.silence("stray-ack", times: 9)
    #expect(!script.codes.contains("stateful-firewall"))
    script.exchange("syn", .synAck())
    #expect(script.codes.contains("stateful-firewall"))
  }
}
