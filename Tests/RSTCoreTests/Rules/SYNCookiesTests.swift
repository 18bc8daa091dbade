import RSTCore
import RSTTestSupport
import RSTWire
import Testing

@Suite struct SYNCookiesTests {
  @Test(arguments: families)
  func `SYN ACK numbers that move with the SYNs' are cookies (net/ipv4/syncookies.c)`(
    _ family: AddressFamily
  ) throws {
    var host = SimulatedHost.linux(listening: [80])
    host.usesCookies = true
    let run = try SimulatedNetwork.path(host: host).run(80, family)
    #expect(run.codes.contains("syn-cookies"))
    #expect(run.conclusion.verdict.port == .open)
  }

  @Test(arguments: families)
  func `a listener that keeps state has none`(_ family: AddressFamily) throws {
    #expect(try !SimulatedNetwork.path().codes(80, family).contains("syn-cookies"))
  }

  @Test(arguments: [-5, -4, 0, 3, 4, 5])
  func `the MSS index moves the number by at most four`(_ offset: Int) {
    var script = Script()
    script.exchange("cookie-first", .synAck(number: 500_000))
    script.exchange("cookie-second", .synAck(number: UInt32(600_000 + offset)))
    #expect(script.codes.contains("syn-cookies") == (abs(offset) <= 4))
  }

  @Test func `the same SYN ACK for both SYNs is a retransmission, not a cookie`() {
    var script = Script()
    script.exchange("cookie-first", .synAck(number: 500_000))
    script.exchange("cookie-second", .synAck(number: 500_000))
    #expect(!script.codes.contains("syn-cookies"))
  }
}
