import RSTTestSupport
import RSTWire
import Testing

@testable import RSTCore

@Suite struct OpenPortTests {
  @Test(arguments: families)
  func `a SYN ACK that acknowledges our SYN means open (RFC 9293, 3.10.7.3)`(
    _ family: AddressFamily
  ) throws {
    let run = try SimulatedNetwork.path().run(80, family)
    #expect(run.conclusion.verdict.port == .open)
    #expect(run.conclusion.verdict.responder == .host)
    #expect(run.conclusion.verdict.hop == 3)
    #expect(run.codes == ["open-port"])
  }

  @Test func `a SYN ACK that acknowledges something else does not`() {
    var script = Script()
    script.exchange(
      "syn",
      Answer { asked in
        guard let packet = Answer.synAck().packet(asked), var header = packet.tcp else {
          return nil
        }
        header.acknowledgement = header.acknowledgement + 5
        return Packet(network: packet.network, tcp: header)
      })
    #expect(!script.codes.contains("open-port"))
  }

  @Test func `a SYN that ends at the gateway is not accepted by a host behind it`() {
    func responder(isRouted: Bool, showsHost: Bool = false, hopLimit: UInt8 = 64) -> Responder {
      var script = Script()
      if isRouted { script.route(by: .v4(IPv4Address(rawValue: 0xc000_0201))) }
      if showsHost { script.showClosedControl() }
      let syn = script.send("syn")
      script.answer(syn, .synAck(hopLimit: hopLimit))
      script.acknowledge(syn)
      for rung: UInt8 in 1...3 {
        script.exchange("ladder-syn", hopLimit: rung, .synAck(hopLimit: hopLimit))
      }
      return OpenPort().claim(script.observations)?.responder ?? .none
    }
    #expect(responder(isRouted: true) == .unknown)
    #expect(responder(isRouted: false) == .host)
    // A device that raises hop limits lets it reach the host, which is heard from as far away.
    #expect(responder(isRouted: true, showsHost: true, hopLimit: 62) == .host)
    // One that answers itself is heard from nearby, whatever else of the host comes from afar.
    #expect(responder(isRouted: true, showsHost: true) != .host)
  }

  @Test func `how many flows were accepted is counted`() throws {
    var options = InvestigationOptions()
    options.flows = 4
    let run = try SimulatedRun(port: 80, .ipv4, .path(), options: options)
    let open = try #require(run.conclusion.findings.first { $0.code.rawValue == "open-port" })
    let seen = try #require(open.occurrences)
    #expect(seen.count == seen.total)
    #expect(seen.total >= 4)
  }
}
