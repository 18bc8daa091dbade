import RSTTestSupport
import RSTWire
import Testing

@testable import RSTCore

@Suite struct RoundTripTests {
  @Test func `before anything is measured the wait is the initial one`() {
    #expect(RoundTrip().timeout == RoundTrip.initialTimeout)
    #expect(RoundTrip().shortest == nil)
  }

  @Test(arguments: [1, 20, 100, 400])
  func `steady round trips are waited for longer than they take, and not for ever`(_ take: Int) {
    var roundTrip = RoundTrip()
    for _ in 0..<10 { roundTrip.add(.milliseconds(take), isCredible: true) }
    #expect(roundTrip.timeout > .milliseconds(take))
    #expect(roundTrip.timeout <= .milliseconds(take * 2 + 20))
    #expect(roundTrip.shortest == .milliseconds(take))
  }

  @Test func `round trips that vary are waited for longer`() {
    var steady = RoundTrip()
    var varying = RoundTrip()
    for index in 0..<20 {
      steady.add(.milliseconds(30), isCredible: true)
      varying.add(.milliseconds(index % 2 == 0 ? 10 : 50), isCredible: true)
    }
    #expect(varying.timeout > steady.timeout)
    #expect(varying.timeout > .milliseconds(50))
  }

  @Test func `however slow the path, the wait is bounded`() {
    var roundTrip = RoundTrip()
    roundTrip.add(.seconds(600), isCredible: true)
    #expect(roundTrip.timeout <= .seconds(5))
  }

  @Test func `only credible answers lengthen the listening`() {
    var roundTrip = RoundTrip()
    roundTrip.add(.milliseconds(5), isCredible: false)
    #expect(roundTrip.slowestCredible == nil)
    roundTrip.add(.milliseconds(40), isCredible: true)
    roundTrip.add(.milliseconds(20), isCredible: true)
    #expect(roundTrip.slowestCredible == .milliseconds(40))
    #expect(roundTrip.shortest == .milliseconds(5))
  }

  @Test func `an answer that was stamped before its question is left out`() {
    var roundTrip = RoundTrip()
    roundTrip.add(.milliseconds(-3), isCredible: true)
    roundTrip.add(.zero, isCredible: true)
    #expect(roundTrip.shortest == nil)
  }
}

@Suite struct ICMPRefusalTests {
  static func refusal(_ family: AddressFamily, _ type: UInt8, _ code: UInt8) -> ICMPRefusal? {
    ICMPRefusal(ICMPMessage(type: type, code: code, body: .other([])), family: family)
  }

  @Test(arguments: [
    (UInt8(0), ICMPRefusal.noRoute), (1, .hostUnreachable), (2, .protocolUnreachable),
    (3, .portUnreachable), (9, .prohibited), (10, .prohibited), (13, .prohibited),
  ])
  func `codes of ICMP type 3 (RFC 792, RFC 1812, 5.2.7.1)`(_ given: (UInt8, ICMPRefusal)) {
    #expect(Self.refusal(.ipv4, 3, given.0) == given.1)
  }

  @Test(arguments: [
    (UInt8(0), ICMPRefusal.noRoute), (1, .prohibited), (3, .hostUnreachable),
    (4, .portUnreachable), (5, .prohibited), (6, .noRoute),
  ])
  func `codes of ICMPv6 type 1 (RFC 4443, 3.1)`(_ given: (UInt8, ICMPRefusal)) {
    #expect(Self.refusal(.ipv6, 1, given.0) == given.1)
  }

  @Test func `what refuses nothing is no refusal`() {
    // Fragmentation needed, time exceeded, redirect; packet too big, time exceeded.
    for (type, code) in [(UInt8(3), UInt8(4)), (11, 0), (5, 1), (3, 200)] {
      #expect(Self.refusal(.ipv4, type, code) == nil)
    }
    for (type, code) in [(UInt8(2), UInt8(0)), (3, 0), (1, 99)] {
      #expect(Self.refusal(.ipv6, type, code) == nil)
    }
  }

  @Test func `only unreachable nets and hosts mean that there is no way`() {
    #expect(ICMPRefusal.noRoute.meansNoWay)
    #expect(ICMPRefusal.hostUnreachable.meansNoWay)
    #expect(!ICMPRefusal.prohibited.meansNoWay)
    #expect(!ICMPRefusal.portUnreachable.meansNoWay)
    #expect(!ICMPRefusal.protocolUnreachable.meansNoWay)
  }

  @Test func `time exceeded in transit is told from time exceeded in reassembly`() {
    let transit = ICMPMessage(type: 11, code: 0, body: .other([]))
    let reassembly = ICMPMessage(type: 11, code: 1, body: .other([]))
    #expect(ICMPRefusal.isTimeExceeded(transit, family: .ipv4))
    #expect(!ICMPRefusal.isTimeExceeded(reassembly, family: .ipv4))
    #expect(!ICMPRefusal.isTimeExceeded(transit, family: .ipv6))
  }
}
