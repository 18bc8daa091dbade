import RSTCore
import RSTTestSupport
import RSTWire
import Testing

@Suite struct SYNProxyTests {
  @Test(arguments: families)
  func `SYN ACKs with window 0 from nearer than the host are a proxy's`(
    _ family: AddressFamily
  ) throws {
    let run = try SimulatedNetwork.path(SYNProxy(port: 80), at: 2).run(80, family)
    #expect(run.codes.contains("syn-proxy"))
    #expect(run.conclusion.verdict.port == .open)
    #expect(run.conclusion.verdict.responder == .networkDevice)
    #expect(!run.codes.contains("synack-address-translation"))
  }

  @Test(arguments: families)
  func `a proxy with no listener behind it is named too`(_ family: AddressFamily) throws {
    let network = SimulatedNetwork.path(SYNProxy(port: 81), at: 2)
    #expect(try network.codes(81, family).contains("syn-proxy"))
  }

  @Test(arguments: families)
  func `a stack's own SYN ACK offers a window`(_ family: AddressFamily) throws {
    #expect(try !SimulatedNetwork.path().codes(80, family).contains("syn-proxy"))
  }
}
