import RSTTestSupport
import RSTWire
import Testing

@Suite struct FragmentStoreTests {
  /// What comes of frames of raw IP, one after the other, at the same moment unless told.
  private func assembled(
    _ frames: [[UInt8]], originalLengths: [Int]? = nil, interval: Int64 = 0
  ) -> [AssembledDatagram] {
    var store = FragmentStore()
    return frames.indices.compactMap { index in
      add(
        frames[index], originalLength: originalLengths?[index], at: Int64(index) * interval,
        to: &store)
    }
  }

  private func add(
    _ frame: [UInt8], originalLength: Int? = nil, at now: Int64 = 0, to store: inout FragmentStore
  ) -> AssembledDatagram? {
    let read = CapturedFrame(
      link: .raw, octets: frame.span, originalLength: originalLength ?? frame.count)
    guard case .fragment(let fragment) = read else {
      Issue.record("no fragment: \(read)")
      return nil
    }
    return store.add(fragment, of: frame.span, at: now)
  }

  private func whole(_ samples: FragmentSamples) -> AssembledDatagram {
    AssembledDatagram(octets: samples.whole, originalLength: samples.whole.count)
  }

  @Test(arguments: [AddressFamily.ipv4, .ipv6])
  func `parts in order, reversed and in any order make the datagram once`(family: AddressFamily) {
    let samples = FragmentSamples(family)
    let parts = samples.parts(of: 96)
    #expect(parts.count == 5)
    #expect(assembled(parts) == [whole(samples)])
    #expect(assembled(parts.reversed()) == [whole(samples)])
    var generator = SeededGenerator(seed: 11)
    for _ in 0..<50 {
      #expect(assembled(parts.shuffled(using: &generator)) == [whole(samples)])
    }
    #expect(Packet(datagram: samples.whole)?.anomalies == [])
  }

  @Test(arguments: [AddressFamily.ipv4, .ipv6])
  func `without any one of the parts there is no datagram`(family: AddressFamily) {
    let parts = FragmentSamples(family).parts(of: 96)
    for lost in parts.indices {
      var rest = parts
      rest.remove(at: lost)
      #expect(assembled(rest + rest).isEmpty)
    }
  }

  @Test(arguments: [AddressFamily.ipv4, .ipv6])
  func `of parts that overlap the octets that came first stay`(family: AddressFamily) {
    let samples = FragmentSamples(family)
    let count = samples.payload.count
    let forged = [UInt8](repeating: 0xee, count: 96)
    // Before, in the middle of, across, and all over what is there.
    for offset in [0, 48, 96, 144, 200] {
      let forgery = samples.part(offset: offset, forged, hasMore: true)
      let first = [samples.part(0..<160), forgery, samples.part(160..<count)]
      var expected = samples.whole
      let start = samples.headerLength
      for index in max(offset, 160)..<max(offset + 96, 160) { expected[start + index] = 0xee }
      #expect(
        assembled(first).map(\.octets) == [expected], "at \(offset)")
    }
    let all = samples.part(offset: 0, [UInt8](repeating: 0xee, count: 416), hasMore: true)
    let between = [samples.part(96..<192), all, samples.part(192..<count)]
    var expected = samples.whole
    for index in 0..<416 where !(96..<192).contains(index) {
      expected[samples.headerLength + index] = 0xee
    }
    #expect(assembled(between).map(\.octets) == [expected])
  }

  @Test(arguments: [AddressFamily.ipv4, .ipv6])
  func `parts cut by a snap length give the datagram's beginning and its length`(
    family: AddressFamily
  ) throws {
    let samples = FragmentSamples(family)
    let parts = samples.parts(of: 96)
    let cut = parts.map { Array($0.prefix(samples.headerLength + 48)) }
    let datagram = try #require(assembled(cut, originalLengths: parts.map(\.count)).first)
    let kept = family == .ipv4 ? 48 : 40
    #expect(datagram.octets == Array(samples.whole.prefix(samples.headerLength + kept)))
    #expect(datagram.originalLength == samples.whole.count)
    let frame = CapturedFrame(
      link: .raw, octets: datagram.octets.span, originalLength: datagram.originalLength)
    guard case .segment(let segment, _) = frame else {
      Issue.record("no segment")
      return
    }
    #expect(segment.payloadLength == 400)
  }

  @Test func `parts of different datagrams do not mix`() {
    let one = FragmentSamples(.ipv4)
    let other = FragmentSamples(.ipv4, identification: 0x1235)
    let mixed = zip(one.parts(of: 96), other.parts(of: 96)).flatMap { [$0, $1] }
    #expect(assembled(mixed) == [whole(one), whole(other)])
    var store = FragmentStore()
    #expect(add(one.parts(of: 208)[0], to: &store) == nil)
    #expect(add(other.parts(of: 208)[1], to: &store) == nil)
    #expect(store.waiting == 2)
  }

  @Test func `what hosts drop is dropped: parts that are empty or end in the middle of eight`() {
    let samples = FragmentSamples(.ipv4)
    var store = FragmentStore()
    #expect(add(samples.part(offset: 0, [], hasMore: true), to: &store) == nil)
    #expect(add(samples.part(0..<93, hasMore: true), to: &store) == nil)
    #expect(store.waiting == 0)
  }

  @Test func `a datagram longer than any can be is given up`() {
    let samples = FragmentSamples(.ipv4)
    var store = FragmentStore()
    let octets = [UInt8](repeating: 1, count: 64)
    #expect(add(samples.part(offset: 65_480, octets, hasMore: false), to: &store) == nil)
    #expect(store.waiting == 0)
    #expect(store.abandoned == 1)
    // 65,520 octets and 20 of the header are more than the length field can say.
    let large = (0..<63).map {
      samples.part(offset: $0 * 1040, [UInt8](repeating: 1, count: 1040), hasMore: $0 < 62)
    }
    #expect(assembled(large).isEmpty)
  }

  @Test func `a part may wait 30 seconds, not longer`() {
    let samples = FragmentSamples(.ipv6)
    let parts = samples.parts(of: 208)
    #expect(parts.count == 3)
    for (interval, expected) in [(15_000_000_000 as Int64, 1), (15_000_000_001, 0)] {
      #expect(assembled(parts, interval: interval).count == expected)
    }
    // Captures are not always in order; a part from before is no older than it is.
    #expect(assembled(parts, interval: -20_000_000_000).count == 1)
    var store = FragmentStore()
    #expect(add(parts[0], at: .min, to: &store) == nil)
    #expect(add(parts[1], at: .max, to: &store) == nil)
    #expect(store.abandoned == 1)
  }

  @Test func `256 datagrams may wait, then the oldest is given up`() {
    var store = FragmentStore()
    let samples = (0...FragmentStore.datagramLimit).map {
      FragmentSamples(.ipv4, identification: UInt16($0))
    }
    for sample in samples { #expect(add(sample.parts(of: 208)[0], to: &store) == nil) }
    #expect(store.waiting == FragmentStore.datagramLimit)
    #expect(store.abandoned == 1)
    // The oldest comes last, since it needs room again.
    for (index, sample) in samples.enumerated().reversed() {
      let rest = sample.parts(of: 208).dropFirst().compactMap { add($0, to: &store) }
      #expect(rest.count == (index == 0 ? 0 : 1))
    }
  }

  @Test func `a datagram in more than 128 pieces is given up`() {
    let samples = FragmentSamples(.ipv4, payload: 2200)
    var store = FragmentStore()
    for index in 0..<128 {
      #expect(add(samples.part((index * 16)..<(index * 16 + 8)), to: &store) == nil)
    }
    #expect(store.waiting == 1)
    #expect(add(samples.part((128 * 16)..<(128 * 16 + 8)), to: &store) == nil)
    #expect(store.waiting == 0)
    #expect(store.abandoned == 1)
  }

  @Test func `of two last parts the first says where the datagram ends`() {
    let samples = FragmentSamples(.ipv4)
    let count = samples.payload.count
    let late = samples.part(offset: 424, [1, 2, 3, 4, 5, 6, 7, 8, 9], hasMore: false)
    let parts = [samples.part(208..<count), late, samples.part(0..<208)]
    #expect(assembled(parts) == [whole(samples)])
  }
}
