import RSTCore
import RSTTestSupport
import RSTWire
import Testing

@Suite struct InjectedResetTests {
  static func injector(_ change: (inout Injector) -> Void = { _ in }) -> Injector {
    var injector = Injector(port: 80)
    change(&injector)
    return injector
  }

  @Test(arguments: families)
  func `a reset beside the host's own SYN ACK is forged, and the port is open`(
    _ family: AddressFamily
  ) throws {
    let injectors = [
      Self.injector(), Self.injector { $0.hopLimit = 62 },
      Self.injector { $0.delay = .milliseconds(4) }, Self.injector { $0.copies = 3 },
      Self.injector { $0.identification = nil }, Self.injector { $0.isBare = true },
    ]
    for injector in injectors {
      let run = try SimulatedNetwork.path(injector, at: 1).run(80, family)
      #expect(run.conclusion.verdict.port == .open)
      #expect(run.conclusion.verdict.responder == .host)
      #expect(Set(run.codes) == ["open-port", "injected-reset"])
    }
  }

  @Test func `in either order, within one exchange`() {
    var resetFirst = Script()
    resetFirst.exchange("syn", .reset(hopLimit: 64), .synAck())
    #expect(resetFirst.codes.contains("injected-reset"))
    var resetLast = Script()
    resetLast.exchange("syn", .synAck(), .reset(hopLimit: 64))
    #expect(resetLast.codes.contains("injected-reset"))
  }

  @Test func `a reset for one SYN and a SYN ACK for another are two paths, not a forgery`() {
    var script = Script()
    script.exchange("syn", .synAck())
    script.exchange("flow-syn", .filterReset(hopLimit: 63))
    #expect(!script.codes.contains("injected-reset"))
  }

  @Test func `a doubled SYN that met both boxes of a balancer is no forgery`() {
    var script = Script()
    script.exchange("syn", .synAck(), .reset)
    script.exchange("flow-syn", .reset)
    #expect(!script.codes.contains("injected-reset"))
    var always = Script()
    for _ in 0..<3 { always.exchange("flow-syn", .synAck(), .reset) }
    #expect(always.codes.contains("injected-reset"))
  }

  @Test func `two SYNs on one 4-tuple may be reset by the host itself (3.10.7.4)`() {
    var script = Script()
    script.exchange("cookie-first", .synAck(), .reset)
    script.exchange("ladder-syn", .synAck(), .reset)
    #expect(!script.codes.contains("injected-reset"))
  }

  @Test func `a reset that answers our last ACK is no forgery`() {
    var script = Script()
    let syn = script.send("syn")
    script.answer(syn, .synAck())
    script.acknowledge(syn)
    script.answer(syn, .handshakeReset())
    #expect(!script.codes.contains("injected-reset"))
  }
}
