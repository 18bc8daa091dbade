import RSTTestSupport
import RSTWire
import Testing

@Suite struct WireAgreementTests {
  @Test(arguments: LinkLayerTests.headers)
  func `both readers agree behind every link layer, wherever the capture ends`(
    link: LinkType, header: [UInt8], hasSource: Bool
  ) {
    for datagram in [Samples.reset, Samples.syn4, Samples.draft(.ipv4).encoded()] {
      let frame = header + datagram
      for length in 0...frame.count {
        let difference = WireAgreement.difference(
          link: link, octets: frame.span.extracting(..<length), originalLength: frame.count)
        #expect(difference == nil)
      }
    }
  }

  @Test func `both readers agree on IPv6 extension headers, wherever the capture ends`() {
    let datagram = IPv6ExtensionTests.packet(first: 0, IPv6ExtensionTests.all).octets
    for length in 0...datagram.count {
      let difference = WireAgreement.difference(
        link: .raw, octets: datagram.span.extracting(..<length), originalLength: datagram.count)
      #expect(difference == nil)
    }
  }
}
