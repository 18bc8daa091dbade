import RSTWire
import Testing

@Suite struct InternetChecksumTests {
  @Test func `the example of RFC 1071, section 3, sums to ddf2`() {
    let octets: [UInt8] = [0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7]
    #expect(InternetChecksum.of(octets.span) == ~0xddf2)
  }

  @Test func `an odd octet counts as if a zero followed`() {
    let odd: [UInt8] = [0x12, 0x34, 0x56]
    let even: [UInt8] = [0x12, 0x34, 0x56, 0x00]
    #expect(InternetChecksum.of(odd.span) == InternetChecksum.of(even.span))
    #expect(InternetChecksum.of(odd.span) == ~UInt16(0x1234 + 0x5600))
  }

  @Test func `carries are folded until none is left`() {
    let ones = [UInt8](repeating: 0xff, count: 65_535)
    // 32,767 times 0xffff, and 0xff00.
    #expect(InternetChecksum.of(ones.span) == 0x00ff)
  }

  @Test func `nothing sums to zero`() {
    #expect(InternetChecksum().value == 0xffff)
  }

  @Test func `a segment with its own checksum gives 0, in either family`() {
    for family in AddressFamily.allCases {
      let draft = Samples.draft(family)
      let segment = Samples.syn.encoded(source: draft.source, destination: draft.destination)
      var checksum = InternetChecksum(
        source: draft.source, destination: draft.destination, protocolNumber: 6,
        length: segment.count)
      checksum.add(segment.span)
      #expect(checksum.value == 0)
    }
  }

  @Test func `the length of the pseudo-header has 32 bits`() {
    var long = InternetChecksum(
      source: Samples.client6, destination: Samples.server6, protocolNumber: 6, length: 0x1_0001)
    let short = InternetChecksum(
      source: Samples.client6, destination: Samples.server6, protocolNumber: 6, length: 2)
    #expect(long.value == short.value)
    long.add(1)
    #expect(long.value != short.value)
  }
}
