import RSTTestSupport
import RSTWire
import Testing

@Suite struct CapturedFrameReaderTests {
  /// What is read of frames of raw IP, and of which octets.
  private func read(_ frames: [[UInt8]]) -> [(frame: CapturedFrame, octets: [UInt8])] {
    var reader = CapturedFrameReader()
    var seen: [(CapturedFrame, [UInt8])] = []
    for frame in frames {
      reader.read(link: .raw, octets: frame.span, originalLength: frame.count, at: 0) {
        seen.append(($0, [UInt8](copying: $1)))
      }
    }
    return seen
  }

  @Test func `a frame that is whole is lent as it is`() {
    let seen = read([Samples.reset])
    #expect(seen.count == 1)
    #expect(seen.first?.octets == Samples.reset)
    guard case .segment = seen.first?.frame else {
      Issue.record("no segment")
      return
    }
  }

  @Test(arguments: [AddressFamily.ipv4, .ipv6])
  func `the part that was missing gives the segment, the parts before it fragments`(
    family: AddressFamily
  ) throws {
    let samples = FragmentSamples(family)
    let seen = read(samples.parts(of: 208))
    #expect(seen.count == 3)
    for index in 0..<2 {
      guard case .fragment = seen[index].frame else {
        Issue.record("no fragment")
        return
      }
    }
    guard case .segment(let segment, let place) = seen[2].frame else {
      Issue.record("no segment")
      return
    }
    #expect(segment.payloadLength == 400)
    #expect(segment.flags == [.acknowledgement, .fin])
    #expect(!segment.hasBadChecksum)
    #expect(seen[2].octets == samples.whole)
    let octets = seen[2].octets
    let packet = Packet(place, of: octets.span)
    #expect(packet == Packet(datagram: samples.whole))
  }

  @Test func `a tunnel that came in parts, which carries a part, is read`() {
    let inner = FragmentSamples(.ipv6)
    let parts = inner.parts(of: 208)
    let outer = Encapsulation.routing.datagram(around: parts[2])
    let cut = outer.count - 20 - (outer.count - 20) % 8
    var first = Array(outer.prefix(20 + cut - 8))
    first.replaceSubrange(2..<4, with: [0, UInt8(first.count)])
    first[6] = 0x20
    var last = Array(outer.prefix(20)) + outer[(20 + cut - 8)...]
    last.replaceSubrange(2..<4, with: [0, UInt8(last.count)])
    last[7] = UInt8((cut - 8) / 8)
    let seen = read([
      Encapsulation.inIPv4.datagram(around: parts[0]), parts[1], first, last,
    ])
    #expect(seen.count == 4)
    #expect(seen.last?.octets == inner.whole)
    guard case .segment = seen.last?.frame else {
      Issue.record("no segment: \(String(describing: seen.last?.frame))")
      return
    }
  }

  @Test func `every cut of every part is read without harm`() {
    for family in [AddressFamily.ipv4, .ipv6] {
      let samples = FragmentSamples(family)
      for part in samples.parts(of: 208) {
        for length in 0..<part.count {
          var reader = CapturedFrameReader()
          var calls = 0
          reader.read(
            link: .raw, octets: part.span.extracting(..<length), originalLength: part.count, at: 0
          ) { frame, _ in
            calls += 1
            if case .segment = frame { Issue.record("a segment from a part") }
          }
          #expect(calls == 1)
        }
      }
    }
  }

  @Test func `parts that are lost are counted`() {
    var reader = CapturedFrameReader()
    for number in 0..<(UInt16(FragmentStore.datagramLimit) + 5) {
      let part = FragmentSamples(.ipv4, identification: number).parts(of: 208)[0]
      reader.read(link: .raw, octets: part.span, originalLength: part.count, at: 0) { _, _ in }
    }
    #expect(reader.abandonedDatagrams == 5)
  }
}

extension [UInt8] {
  /// The octets of a span.
  init(copying octets: Span<UInt8>) {
    self.init()
    for index in octets.indices { append(octets[index]) }
  }
}
