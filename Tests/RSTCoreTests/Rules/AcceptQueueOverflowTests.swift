import RSTCore
import RSTTestSupport
import RSTWire
import Testing

@Suite struct AcceptQueueOverflowTests {
  @Test(arguments: families)
  func `the handshake's last ACK drawing a bare reset means overflow (tcp_abort_on_overflow)`(
    _ family: AddressFamily
  ) throws {
    var host = SimulatedHost.linux(listening: [80])
    host.queue = .overflows(aborts: true)
    let run = try SimulatedNetwork.path(host: host).run(80, family)
    #expect(run.conclusion.verdict.port == .overloaded)
    #expect(run.codes.contains("accept-queue-overflow-reset"))
  }

  @Test func `a reset with window, which an application's abort is, does not`() {
    var script = Script()
    script.showClosedControl()
    let syn = script.send("syn")
    script.answer(syn, .synAck())
    script.acknowledge(syn)
    script.answer(syn, .handshakeReset(window: 509, flags: [.reset, .acknowledgement]))
    #expect(!script.codes.contains("accept-queue-overflow-reset"))
  }

  @Test func `a reset from another distance than the SYN ACK does not`() {
    var script = Script()
    script.showClosedControl()
    let syn = script.send("syn")
    script.answer(syn, .synAck())
    script.acknowledge(syn)
    script.answer(syn, .handshakeReset(hopLimit: 64))
    #expect(script.conclusion.verdict.port != .overloaded)
  }

  @Test func `the same reset from the host does`() {
    var script = Script()
    script.showClosedControl()
    let syn = script.send("syn")
    script.answer(syn, .synAck())
    script.acknowledge(syn)
    script.answer(syn, .handshakeReset())
    #expect(script.codes.contains("accept-queue-overflow-reset"))
    #expect(script.conclusion.verdict.port == .overloaded)
  }
}
