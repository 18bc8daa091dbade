import RSTCore
import RSTTestSupport
import RSTWire
import Testing

@Suite struct RateLimitedResetTests {
  static let resets = PacketMatch { $0.tcp?.flags.contains(.reset) ?? false }

  @Test(arguments: families)
  func `a closed port whose resets are rationed is never called filtered or dropped`(
    _ family: AddressFamily
  ) throws {
    let limit = Limit(Self.resets, .towardsProber, perSecond: 10, burst: 5)
    let run = try SimulatedNetwork.path(limit, at: 3).run(81, family)
    #expect([.closed, .inconclusive].contains(run.conclusion.verdict.port))
    #expect(Set(run.codes).isSubset(of: ["closed-port", "reset-rate-limited"]))
  }

  @Test(arguments: families)
  func `a host that resets everything is not called rationed`(_ family: AddressFamily) throws {
    #expect(try !SimulatedNetwork.path().codes(81, family).contains("reset-rate-limited"))
  }

  @Test func `equal SYNs that thin out at speed and are answered slowly are rationed`() {
    var script = Script()
    script.showClosedControl()
    script.exchange("stray-ack", .reset)
    for _ in 0..<2 { script.exchange("flow-syn", .reset) }
    script.silence("flow-syn", times: 12)
    for _ in 0..<5 { script.exchange("slow-syn", .reset) }
    #expect(script.codes.contains("reset-rate-limited"))
  }

  @Test func `where slow ones are lost as well it is the path`() {
    var script = Script()
    script.showClosedControl()
    script.exchange("stray-ack", .reset)
    for _ in 0..<2 { script.exchange("flow-syn", .reset) }
    script.silence("flow-syn", times: 12)
    script.exchange("slow-syn", .reset)
    script.silence("slow-syn", times: 4)
    #expect(!script.codes.contains("reset-rate-limited"))
  }
}
