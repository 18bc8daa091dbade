import RSTCore
import RSTTestSupport
import RSTWire
import Testing

@Suite struct ClosedPortTests {
  @Test(arguments: families)
  func `resets with the marks of the host's stack mean closed`(_ family: AddressFamily) throws {
    let run = try SimulatedNetwork.path().run(81, family)
    #expect(run.conclusion.verdict.port == .closed)
    #expect(run.conclusion.verdict.hop == 3)
    #expect(run.conclusion.verdict.confidence > 0.9)
    #expect(run.codes == ["closed-port"])
  }

  @Test(arguments: [UInt8(32), 64, 128, 255], families)
  func `whatever the host's own hop limit is`(_ hopLimit: UInt8, _ family: AddressFamily) throws {
    let host = SimulatedHost.linux(hopLimit: hopLimit)
    let verdict = try SimulatedNetwork.path(host: host).run(81, family).conclusion.verdict
    #expect(verdict.port == .closed)
    #expect(verdict.hop == 3)
  }

  @Test(arguments: families)
  func `a stack that copies nothing is no filter, where its controls are alike`(
    _ family: AddressFamily
  ) throws {
    let run = try SimulatedNetwork.path(host: .quiet(listening: [80])).run(81, family)
    #expect(run.conclusion.verdict.port == .closed)
    #expect(!run.codes.contains("host-firewall-reset"))
  }

  @Test(arguments: families)
  func `the same reset of a filter on the host is not`(_ family: AddressFamily) throws {
    let network = SimulatedNetwork.path(Reject(.port(81)), at: 3)
    #expect(try !network.codes(81, family).contains("closed-port"))
  }

  @Test(arguments: 0...4, families)
  func `the distance is told however many routers there are`(
    _ routers: Int, _ family: AddressFamily
  ) throws {
    let run = try SimulatedNetwork.path(routers: routers).run(81, family)
    #expect(run.conclusion.verdict.port == .closed)
    #expect(run.conclusion.verdict.hop == routers + 1)
    #expect(run.conclusion.path.count == routers + 1)
  }
}
