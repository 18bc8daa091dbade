import RSTCore
import RSTTestSupport
import RSTWire
import Testing

@Suite struct OddFlagsAcceptedTests {
  @Test(arguments: families)
  func `a stack that takes SYN with FIN for a SYN is named`(_ family: AddressFamily) throws {
    let run = try SimulatedNetwork.path(host: .quiet(listening: [80])).run(80, family)
    #expect(run.codes.contains("odd-flags-accepted"))
    #expect(run.conclusion.verdict.port == .open)
  }

  @Test(arguments: families)
  func `Linux, whose listeners ignore it, is not`(_ family: AddressFamily) throws {
    #expect(try !SimulatedNetwork.path().codes(80, family).contains("odd-flags-accepted"))
  }

  @Test func `SYN with PSH or URG, which every listener takes, is not`() {
    var script = Script()
    for name in ["syn", "syn-psh", "syn-urg"] { script.exchange(name, .synAck()) }
    #expect(!script.codes.contains("odd-flags-accepted"))
  }
}
