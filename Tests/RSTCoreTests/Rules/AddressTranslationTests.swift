import RSTCore
import RSTTestSupport
import RSTWire
import Testing

@Suite struct AddressTranslationTests {
  static func network(_ host: SimulatedHost) -> SimulatedNetwork {
    .path { $0.translations = [AddressTranslation(port: 8080, router: 1, to: host)] }
  }

  @Test(arguments: families)
  func `a port that another stack answers from elsewhere is translated`(
    _ family: AddressFamily
  ) throws {
    let run = try Self.network(.linux(listening: [8080])).run(8080, family)
    #expect(run.codes.contains("synack-address-translation"))
    #expect(run.conclusion.verdict.port == .open)
  }

  @Test(arguments: families)
  func `one host for all ports is not`(_ family: AddressFamily) throws {
    for port in [UInt16(80), 81] {
      let codes = try SimulatedNetwork.path().codes(port, family)
      #expect(!codes.contains("synack-address-translation"))
    }
  }

  @Test(arguments: families)
  func `a filter's reset from nearer is no other machine`(_ family: AddressFamily) throws {
    let codes = try SimulatedNetwork.path(Reject(.port(81)), at: 1).codes(81, family)
    #expect(!codes.contains("synack-address-translation"))
  }
}
