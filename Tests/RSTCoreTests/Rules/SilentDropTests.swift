import RSTCore
import RSTTestSupport
import RSTWire
import Testing

@Suite struct SilentDropTests {
  @Test(arguments: [1, 2, 3], families)
  func `SYNs that vanish while the host answers elsewhere are dropped, between two hops`(
    _ hop: Int, _ family: AddressFamily
  ) throws {
    let run = try SimulatedNetwork.path(Drop(.port(81)), at: hop).run(81, family)
    #expect(run.conclusion.verdict.port == .dropped)
    #expect(run.conclusion.verdict.responder == .none)
    let drop = try #require(run.conclusion.findings.first { $0.code.rawValue == "silent-drop" })
    // A filter of Linux decides after the hop limit: its own router still says time exceeded.
    #expect(drop.droppedBetween.map(\.number) == (hop == 1 ? [1, 2] : [2, 3]))
    #expect(run.codes == ["silent-drop"])
  }

  @Test(arguments: families)
  func `where nothing at all answers, the port is not called dropped for certain`(
    _ family: AddressFamily
  ) throws {
    var network = SimulatedNetwork.path(Drop(.all), at: 1)
    network.routers[0].isSilent = true
    let verdict = try network.run(81, family).conclusion.verdict
    #expect(verdict.port == .dropped || verdict.port == .inconclusive)
    #expect(verdict.confidence < 0.99)
  }

  @Test func `silence before anything is answered, or after the last answer, shows no drop`() {
    for order in [[1, 0], [0, 1], [1, 0, 1]] {
      var script = Script()
      for step in order {
        if step == 0 { script.silence("syn", times: 12) } else { script.showClosedControl() }
        script.beginFlight()
      }
      #expect(script.codes.contains("silent-drop") == (order == [1, 0, 1]), "\(order)")
    }
  }

  @Test func `a few lost SYNs are none`() {
    var script = Script()
    script.showClosedControl()
    script.silence("syn", times: 2)
    #expect(!script.codes.contains("silent-drop"))
  }

  @Test func `one answer among many silences is enough against it`() {
    var script = Script()
    script.showClosedControl()
    script.silence("syn", times: 12)
    script.exchange("syn", .reset)
    #expect(!script.codes.contains("silent-drop"))
    #expect(script.conclusion.verdict.port != .dropped)
  }

  @Test func `SYNs that were never seen leaving are no silence`() {
    var script = Script()
    script.showClosedControl()
    for _ in 0..<12 { script.send("syn", leaves: false) }
    #expect(script.conclusion.verdict.port == .inconclusive)
    #expect(!script.codes.contains("silent-drop"))
  }

  @Test(arguments: families)
  func `refusals that are rationed are no drop`(_ family: AddressFamily) throws {
    var network = SimulatedNetwork.path(Reject(.port(81), with: .prohibited), at: 2)
    network.routers[1].site.burst = 2
    let run = try network.run(81, family)
    #expect(run.conclusion.verdict.port == .rejected)
    #expect(!run.codes.contains("silent-drop"))
  }
}
