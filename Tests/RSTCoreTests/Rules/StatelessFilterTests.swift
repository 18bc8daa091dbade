import RSTCore
import RSTTestSupport
import RSTWire
import Testing

@Suite struct StatelessFilterTests {
  @Test(arguments: [1, 2, 3], families)
  func `SYNs that vanish while FIN and NULL are reset show a filter without memory`(
    _ hop: Int, _ family: AddressFamily
  ) throws {
    let run = try SimulatedNetwork.path(Drop(.syn(to: 81)), at: hop).run(81, family)
    #expect(run.conclusion.verdict.port == .dropped)
    #expect(run.codes.contains("stateless-filter"))
  }

  @Test(arguments: families)
  func `a filter that drops every segment to the port does not`(_ family: AddressFamily) throws {
    let codes = try SimulatedNetwork.path(Drop(.port(81)), at: 2).codes(81, family)
    #expect(!codes.contains("stateless-filter"))
  }

  @Test(arguments: families)
  func `a closed port that resets SYN and FIN alike does not`(_ family: AddressFamily) throws {
    #expect(try !SimulatedNetwork.path().codes(81, family).contains("stateless-filter"))
  }
}
