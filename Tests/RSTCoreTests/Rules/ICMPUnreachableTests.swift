import RSTCore
import RSTTestSupport
import RSTWire
import Testing

@Suite struct ICMPUnreachableTests {
  @Test(arguments: [Reject.Manner.noRoute, .hostUnreachable], families)
  func `no way to the host, and nothing of it answers, means unreachable`(
    _ manner: Reject.Manner, _ family: AddressFamily
  ) throws {
    let run = try SimulatedNetwork.path(Reject(.all, with: manner), at: 2).run(81, family)
    #expect(run.conclusion.verdict.port == .unreachable)
    #expect(run.conclusion.verdict.responder == .networkDevice)
    #expect(run.conclusion.verdict.hop == 2)
    #expect(run.codes == ["icmp-unreachable"])
  }

  @Test(arguments: families)
  func `the same for one port of a host that answers elsewhere does not`(
    _ family: AddressFamily
  ) throws {
    let network = SimulatedNetwork.path(Reject(.port(81), with: .hostUnreachable), at: 2)
    let run = try network.run(81, family)
    #expect(run.conclusion.verdict.port != .unreachable)
    #expect(!run.codes.contains("icmp-unreachable"))
  }

  @Test(arguments: families)
  func `a kernel of ours that knows no way says so, and names nobody`(
    _ family: AddressFamily
  ) throws {
    let run = try SimulatedRun(
      port: 80, family, .path(),
      kernel: .refusing(.all, Refusal(cause: .noWay, text: "no route to host")))
    #expect(run.conclusion.verdict.port == .unreachable)
    #expect(run.conclusion.verdict.responder == .none)
  }
}
