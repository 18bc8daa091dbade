import RSTCore
import RSTTestSupport
import RSTWire
import Testing

@Suite struct OddFlagsFilteredTests {
  @Test(arguments: [1, 3], families)
  func `odd flags that vanish at a closed port are filtered (RFC 9293, 3.10.7.1)`(
    _ hop: Int, _ family: AddressFamily
  ) throws {
    let network = SimulatedNetwork.path(Drop(.oddFlags), at: hop)
    #expect(try network.codes(80, family).contains("odd-flags-filtered"))
    #expect(try network.codes(81, family).contains("odd-flags-filtered"))
  }

  @Test(arguments: families)
  func `a listener that ignores them shows nothing`(_ family: AddressFamily) throws {
    #expect(try !SimulatedNetwork.path().codes(80, family).contains("odd-flags-filtered"))
  }

  @Test func `a host that drops SYN with FIN alone shows nothing (XNU)`() {
    var script = Script()
    for name in ["syn-control", "stray-ack", "stray-fin", "null", "xmas"] {
      script.exchange(name, Script.control, .reset)
    }
    script.silence("syn-fin", Script.control, times: 8)
    #expect(!script.codes.contains("odd-flags-filtered"))
  }

  @Test func `odd flags that vanish at a control port nobody vouches for show nothing`() {
    var script = Script()
    script.exchange("syn", .reset)
    for name in ["syn-control", "stray-fin", "null", "xmas", "syn-fin"] {
      script.silence(name, Script.control, times: 8)
    }
    #expect(!script.codes.contains("odd-flags-filtered"))
  }
}
