import RSTWire
import Testing

@Suite struct TCPOptionTests {
  static func header(_ area: [UInt8]) throws -> (header: TCPHeader, anomalies: [Anomaly]) {
    let tcp = TCPHeader(
      sourcePort: 1, destinationPort: 2, sequence: SequenceNumber(3), flags: .syn,
      optionTail: area)
    let packet = Packet(network: Samples.network(.ipv4), tcp: tcp)
    return (try #require(packet.tcp), packet.anomalies)
  }

  @Test(
    arguments: [
      ([1, 1, 1, 1], [.noOperation, .noOperation, .noOperation, .noOperation], []),
      ([2, 4, 5, 0xb4], [.maximumSegmentSize(1460)], []),
      ([2, 3, 5, 1], [.other(kind: 2, data: [5]), .noOperation], []),
      ([3, 3, 14, 0], [.windowScale(14), .endOfList], []),
      ([3, 2, 1, 1], [.other(kind: 3, data: []), .noOperation, .noOperation], []),
      ([4, 2, 0, 9], [.selectiveAcknowledgementPermitted, .endOfList], [9]),
      (
        [8, 10, 0, 0, 0, 1, 0, 0, 0, 2, 1, 1],
        [.timestamps(value: 1, echo: 2), .noOperation, .noOperation], []
      ),
      ([254, 4, 7, 8], [.other(kind: 254, data: [7, 8])], []),
      ([0, 2, 4, 5], [.endOfList], [2, 4, 5]),
    ] as [([UInt8], [TCPOption], [UInt8])])
  func `known options are read`(area: [UInt8], options: [TCPOption], tail: [UInt8]) throws {
    let (header, anomalies) = try Self.header(area)
    #expect(header.options == options)
    #expect(header.optionTail == tail)
    #expect(anomalies.isEmpty)
    #expect(Array(header.encoded().dropFirst(20)) == area)
  }

  @Test(
    arguments: [
      ([2, 0, 1, 1], 0), ([2, 1, 1, 1], 0), ([2, 5, 1, 1], 0), ([1, 1, 1, 2], 3),
      ([1, 1, 8, 10], 2),
      ([2, 4, 5, 0xb4, 19, 255, 1, 1], 4), ([255, 255, 255, 255], 0),
    ] as [([UInt8], Int)])
  func `an impossible length ends the options, and its octets are kept`(
    area: [UInt8], sound: Int
  ) throws {
    let (header, anomalies) = try Self.header(area)
    #expect(header.optionTail == Array(area.dropFirst(sound)))
    #expect(anomalies == [.malformedOption])
    #expect(Array(header.encoded().dropFirst(20)) == area)
  }

  @Test(arguments: 2...255 as ClosedRange<UInt8>)
  func `every kind with every length keeps its octets`(kind: UInt8) throws {
    for length in 0...41 as ClosedRange<UInt8> {
      let area = [kind, length] + [UInt8](repeating: 0xa0, count: 38)
      let (header, anomalies) = try Self.header(area)
      #expect(Array(header.encoded().dropFirst(20)) == area)
      let isSound = (2...40).contains(length)
      // What follows a sound option is a run of kind 160 with length 160, unless nothing follows.
      #expect(anomalies == (isSound && length == 40 ? [] : [.malformedOption]))
      #expect(header.options.count == (isSound ? 1 : 0))
    }
  }

  @Test func `an area that is not a multiple of 4 is padded with end-of-list octets`() throws {
    var segment = Samples.syn
    segment.options = [.windowScale(2), .selectiveAcknowledgementPermitted]
    let packet = try #require(Packet(datagram: Samples.draft(.ipv4, segment).encoded()))
    #expect(packet.tcp?.options == segment.options + [.endOfList])
    #expect(packet.tcp?.optionTail == [0, 0])
    #expect(packet.tcp?.dataOffset == 7)
  }

  @Test func `options beyond 40 octets are left out as a whole`() throws {
    var segment = Samples.syn
    segment.options = [
      .md5Signature([UInt8](repeating: 1, count: 16)),
      .md5Signature([UInt8](repeating: 2, count: 16)), .timestamps(value: 1, echo: 2),
    ]
    let packet = try #require(Packet(datagram: Samples.draft(.ipv6, segment).encoded()))
    #expect(packet.anomalies.isEmpty)
    #expect(packet.tcp?.options.prefix(2) == segment.options.prefix(2))
    #expect(packet.tcp?.timestamps == nil)
    #expect(packet.tcp?.dataOffset == 14)
  }

  @Test func `the MD5 signature option has kind 19 and length 18`() {
    let octets = TCPOption.md5Signature([UInt8](repeating: 3, count: 16)).encoded()
    #expect(octets.prefix(2) == [19, 18])
    #expect(octets.count == 18)
  }

  @Test func `the first option of a kind is the one that counts`() throws {
    let (header, _) = try Self.header([2, 4, 1, 0, 2, 4, 2, 0, 3, 3, 5, 0])
    #expect(header.maximumSegmentSize == 256)
    #expect(header.windowScale == 5)
    #expect(header.timestamps == nil)
  }
}
