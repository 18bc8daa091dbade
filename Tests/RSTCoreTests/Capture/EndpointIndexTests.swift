import RSTWire
import Testing

@testable import RSTCore

@Suite struct EndpointIndexTests {
  private static func client(_ number: Int) -> Endpoint {
    number % 3 == 0
      ? Endpoint(
        address: .v6(IPv6Address(rawValue: UInt128(0x2001_0db8) << 96 | UInt128(number))),
        port: 1_024)
      : Endpoint(
        address: .v4(IPv4Address(rawValue: 0xc612_0000 + UInt32(number / 7))),
        port: UInt16(1_024 + number % 7))
  }

  /// Which place is the client's, as the index says.
  private static func place(
    _ index: EndpointIndex, _ client: Endpoint, _ number: Int, isReversed: Bool = false
  ) -> Int? {
    isReversed
      ? index.place(between: server, and: client) { $0 == number }
      : index.place(between: client, and: server) { $0 == number }
  }

  private static let server = Endpoint(
    address: .v4(IPv4Address(rawValue: 0xc633_640a)), port: 80)

  @Test func `finds each place from both sides, and no other`() {
    var index = EndpointIndex()
    for number in 0..<5_000 {
      index.insert(number, between: Self.client(number), and: Self.server)
    }
    #expect(index.count == 5_000)
    for number in 0..<5_000 {
      #expect(Self.place(index, Self.client(number), number) == number)
      #expect(Self.place(index, Self.client(number), number, isReversed: true) == number)
      // Endpoints may share a hash: the connection itself has the last word.
      #expect(Self.place(index, Self.client(number), 5_000) == nil)
    }
    #expect(Self.place(index, Self.client(5_000), 5_000) == nil)
  }

  @Test func `what is removed is gone, and all else is found as before`() {
    var index = EndpointIndex()
    for number in 0..<1_000 {
      index.insert(number, between: Self.client(number), and: Self.server)
    }
    for number in stride(from: 0, to: 1_000, by: 2) {
      index.remove(number, between: Self.server, and: Self.client(number))
    }
    #expect(index.count == 500)
    for number in 0..<1_000 {
      let place = Self.place(index, Self.client(number), number)
      #expect(place == (number % 2 == 0 ? nil : number))
    }
    // A place is used again, for other endpoints.
    index.insert(0, between: Self.client(2_000), and: Self.server)
    #expect(Self.place(index, Self.client(2_000), 0) == 0)
    #expect(Self.place(index, Self.client(0), 0) == nil)
  }
}
