import RSTWire
import Testing

@testable import RSTNet

@Suite struct ResolverTests {
  @Test func `an address stands for itself`() throws {
    let found = try Resolver.resolve("192.0.2.7")
    #expect(found == ResolvedAddress(address: .v4(IPv4Address(rawValue: 0xc000_0207)), scope: 0))
  }

  @Test func `an address of the other family has none of the family asked for`() {
    #expect(throws: ResolverError.noAddress(name: "192.0.2.7", family: .ipv6)) {
      _ = try Resolver.resolve("192.0.2.7", family: .ipv6)
    }
    #expect(throws: ResolverError.noAddress(name: "fe80::1%lo", family: .ipv4)) {
      _ = try Resolver.resolve("fe80::1%lo", family: .ipv4)
    }
  }

  @Test func `a scope is an interface by name or by number`() throws {
    let lo = try Interface(named: "lo")
    #expect(try Resolver.resolve("fe80::1%lo").scope == lo.index)
    #expect(try Resolver.resolve("fe80::1%\(lo.index)").scope == lo.index)
  }

  @Test func `a scope that is no interface is named`() {
    let error = #expect(throws: ResolverError.self) {
      _ = try Resolver.resolve("fe80::1%rst-nowhere")
    }
    #expect(
      error?.description
        == "cannot resolve fe80::1%rst-nowhere: there is no interface rst-nowhere")
  }

  @Test func `the system's own names resolve`() throws {
    #expect(
      try Resolver.resolve("localhost", family: .ipv4).address
        == .v4(IPv4Address(rawValue: 0x7f00_0001)))
  }
}
