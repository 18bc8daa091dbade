import RSTWire
import Testing

@testable import RSTNet

@Suite struct RouteTests {
  static let loopback = IPAddress.v4(IPv4Address(rawValue: 0x7f00_0001))

  @Test func `the way to this machine is local`() throws {
    let route = try Route(to: Self.loopback)
    #expect(route.isLocal)
    #expect(route.interface.name == "lo")
    #expect(route.source == Self.loopback)
    #expect(route.gateway == nil)
    #expect(route.scope == 0)
  }

  @Test func `a source of this machine is taken`() throws {
    let second = IPAddress.v4(IPv4Address(rawValue: 0x7f00_0002))
    #expect(try Route(to: Self.loopback, source: second).source == second)
  }

  @Test func `a source that is not ours is refused`() {
    let foreign = IPAddress.v4(IPv4Address(rawValue: 0xc000_02fe))
    #expect(throws: RouteError.foreignSource(foreign)) {
      _ = try Route(to: Self.loopback, source: foreign)
    }
  }

  @Test func `a source of the other family is refused`() {
    let other = IPAddress.v6(IPv6Address(rawValue: 1))
    #expect(throws: RouteError.familyMismatch(source: other, target: Self.loopback)) {
      _ = try Route(to: Self.loopback, source: other)
    }
  }

  @Test func `an interface that is not there is refused`() {
    #expect(throws: RouteError.unknownInterface("rst-nowhere")) {
      _ = try Route(to: Self.loopback, interface: "rst-nowhere")
    }
  }

  @Test func `a link-local address needs an interface`() {
    let address = IPAddress.v6(IPv6Address(rawValue: 0xfe80 << 112 | 1))
    #expect(throws: RouteError.missingScope(address)) { _ = try Route(to: address) }
  }

  @Test(arguments: ["0.0.0.0", "224.0.0.1", "255.255.255.255", "::", "ff02::1"])
  func `what is no single host is refused`(_ text: String) throws {
    let address = try #require(IPAddress(text))
    #expect(throws: RouteError.notUnicast(address)) { _ = try Route(to: address) }
  }
}
