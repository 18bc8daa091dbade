import RSTCore
import RSTTestSupport
import RSTWire
import Testing

@Suite struct AcceptQueueFullTests {
  @Test(arguments: families)
  func `a listener that ignores SYNs and resets stray ACKs is overloaded`(
    _ family: AddressFamily
  ) throws {
    var host = SimulatedHost.linux(listening: [80])
    host.queue = .full
    let run = try SimulatedNetwork.path(host: host).run(80, family)
    #expect(run.conclusion.verdict.port == .overloaded)
    #expect(run.codes == ["accept-queue-full"])
    #expect(run.conclusion.verdict.alternatives.contains { $0.port == .dropped })
  }

  @Test(arguments: families)
  func `a port without listener behind a SYN filter is not: it resets FIN (3.10.7.1)`(
    _ family: AddressFamily
  ) throws {
    let run = try SimulatedNetwork.path(Drop(.syn(to: 81)), at: 3).run(81, family)
    #expect(run.conclusion.verdict.port == .dropped)
    #expect(!run.codes.contains("accept-queue-full"))
  }

  @Test(arguments: families)
  func `SYNs that die on a router before the host are no matter of its queue`(
    _ family: AddressFamily
  ) throws {
    let run = try SimulatedNetwork.path(Drop(.syn(to: 80)), at: 1).run(80, family)
    #expect(run.conclusion.verdict.port != .overloaded)
  }

  @Test(arguments: families)
  func `a filter that drops everything to the port is not`(_ family: AddressFamily) throws {
    let codes = try SimulatedNetwork.path(Drop(.port(80)), at: 3).codes(80, family)
    #expect(codes == ["silent-drop"])
  }
}
