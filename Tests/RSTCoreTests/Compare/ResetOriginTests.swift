import RSTWire
import Testing

@testable import RSTCore

/// Where a reset was made, as two captures show it.
@Suite struct ResetOriginTests {
  private static func opened() -> TwoPoints {
    var both = TwoPoints()
    both.handshake()
    both.exchange(at: 50)
    return both
  }

  @Test func `a device that keeps what it resets has forgotten the connection`() {
    var both = Self.opened()
    both.client([.acknowledgement, .push], 101, 501, length: 50, at: 200, .first)
    both.server(.reset, 501, at: 201, .first)
    both.server([.acknowledgement, .push], 501, 101, length: 300, at: 900)
    both.client(.reset, 101, at: 930)
    #expect(both.resets.first == "middlebox-forgot network-device")
    #expect(both.findings == ["forged-by-comparison", "lost-in-path"])
  }

  @Test func `whoever never got the SYN has not refused it, even where its capture ends then`()
    throws
  {
    var both = TwoPoints()
    both.handshake()
    both.exchange(at: 50)
    both.port = 40_001
    both.clientStart = SequenceNumber(9_000)
    both.client(.syn, 0, at: 100, .first) { $0.destinationPort = 81 }
    both.server([.reset, .acknowledgement], 0, 1, at: 400, .first) {
      $0.sourcePort = 81
      $0.sequence = SequenceNumber(0)
    }
    both.port = 40_002
    both.clientStart = SequenceNumber(19_000)
    both.client(.syn, 0, at: 200)
    let refused = try #require(both.explained.first { $0.connection.server.port == 81 })
    #expect(refused.comparison?.serverSide.absences.map(\.doubt) == [.none])
    #expect(refused.resets.map(\.finding.responder) == [.networkDevice])
  }

  @Test func `a proxy that accepted the connection resets it itself`() {
    var both = TwoPoints()
    both.handshake()
    both.exchange(at: 50)
    both.port = 40_001
    both.clientStart = SequenceNumber(9_000)
    both.client(.syn, 0, at: 100, .first)
    both.server([.syn, .acknowledgement], 0, 1, at: 101, .first) {
      $0.sequence = SequenceNumber(555)
    }
    both.client(.acknowledgement, 1, 1, at: 102, .first) {
      $0.acknowledgement = SequenceNumber(556)
    }
    both.client(.syn, 0, at: 110, .second)
    both.server([.reset, .acknowledgement], 0, 1, at: 120, .second) {
      $0.sequence = SequenceNumber(0)
    }
    both.server([.reset, .acknowledgement], 0, 1, at: 121, .first) {
      $0.sequence = SequenceNumber(556)
    }
    both.client(.acknowledgement, 1, 1, at: 500) { $0.acknowledgement = SequenceNumber(556) }
    #expect(both.resets.allSatisfy { $0.hasSuffix(" network-device") })
  }

  /// The second capture ends before it could show the last reset.
  @Test func `what may be made by whoever has reset before is not called the host's`() throws {
    var both = Self.opened()
    both.client([.acknowledgement, .push], 101, 501, length: 50, at: 200)
    both.server(.reset, 501, at: 201, .first)
    both.server([.acknowledgement, .push], 501, 151, length: 300, at: 215)
    both.client(.acknowledgement, 151, 801, at: 240)
    both.server(.reset, 801, at: 255, .first)
    #expect(both.resets.first == "injected-reset injector")
    #expect(try !#require(both.resets.last).hasSuffix(" host"))
  }

  @Test func `whoever refuses SYNs with odd flags alone is no filter that refuses connections`() {
    var both = Self.opened()
    both.port = 40_001
    both.client([.syn, .fin], 0, at: 200, .first)
    both.server([.reset, .acknowledgement], 0, 2, at: 205, .first) { $0.sequence = .init(0) }
    both.port = 40_002
    both.client(.acknowledgement, 5, 9, at: 300, .first)
    both.server(.reset, 9, at: 305, .first)
    // One that stands, and a segment of it without flags.
    both.port = 40_003
    both.handshake(at: 400)
    both.client([], 1, at: 450, .first)
    both.server([.reset, .acknowledgement], 0, 1, at: 455, .first)
    both.client(.acknowledgement, 1, 1, at: 500)
    both.port = 40_000
    both.close(at: 900)
    #expect(both.resets.count == 3)
    #expect(!both.resets.contains { $0.hasPrefix("network-firewall-reset") })
  }

  @Test func `captures that divide the same ports into connections differently agree all the same`()
  {
    var both = TwoPoints()
    // Three SYNs go out before the first is refused; at the server each is refused at once.
    for number in 0..<3 {
      both.clientStart = SequenceNumber(UInt32(number) * 10_000)
      both.client(.syn, 0, at: number)
      both.server([.reset, .acknowledgement], 0, 1, at: 11 + number) {
        $0.sequence = SequenceNumber(0)
      }
    }
    #expect(both.findings == [])
    #expect(both.resets == Array(repeating: "closed-port host", count: 3))
  }

  @Test func `echoes tell the clocks and places apart where no connection passes`() {
    func echo(_ isReply: Bool, _ number: UInt16, hopLimit: UInt8) -> Packet {
      Packet(
        network: .ipv4(
          IPv4Header(
            hopLimit: hopLimit, protocolNumber: 1, source: isReply ? Self.server : Self.client,
            destination: isReply ? Self.client : Self.server)),
        transport: .icmp(
          ICMPMessage(
            type: isReply ? 0 : 8, code: 0,
            body: .echo(identifier: 1, sequence: number, data: []))))
    }
    func at(_ milliseconds: Int) -> Moment { Moment(nanoseconds: Int64(milliseconds) * 1_000_000) }
    var first = TraceLog(capacity: 16)
    var second = TraceLog(capacity: 16)
    for number in 0..<2 {
      let start = number * 1_000
      first.take(echo(false, UInt16(number), hopLimit: 64), at: at(start))
      second.take(echo(false, UInt16(number), hopLimit: 61), at: at(start + 110))
      second.take(echo(true, UInt16(number), hopLimit: 64), at: at(start + 110))
      first.take(echo(true, UInt16(number), hopLimit: 61), at: at(start + 20))
    }
    let clock = Comparison(first: first, second: second).clock
    #expect(clock.low == .milliseconds(90))
    #expect(clock.high == .milliseconds(110))
  }

  private static let client = IPv4Address(rawValue: 0xc000_0201)
  private static let server = IPv4Address(rawValue: 0xc633_640a)

  /// A device resets a request that never arrives; later the host itself resets a keep-alive, with the
  /// same number, from the same distance, and its reset arrives or is lost.
  @Test(arguments: [(TwoPoints.Shown.both, 2), (.second, 1)])
  func `a reset that arrives before the host sends one like it is not the host's`(
    genuine: TwoPoints.Shown, count: Int
  ) throws {
    var both = Self.opened()
    both.client([.acknowledgement, .push], 101, 501, length: 50, at: 200, .first)
    both.server(.reset, 501, at: 201, .first) { $0.identification = 0 }
    both.client(.acknowledgement, 100, 501, length: 1, at: 3_000)
    both.server(.reset, 501, at: 3_010, genuine) { $0.identification = 0 }
    both.client(.acknowledgement, 100, 501, length: 1, at: 3_050)
    let resets = both.resets
    #expect(resets.count == count)
    #expect(try !#require(resets.first).hasSuffix(" host"))
    if count == 2 { #expect(resets[1].hasSuffix(" host")) }
    #expect(both.findings.contains("forged-by-comparison"))
  }

  /// Of resets that are alike the one is the host's whose hop limit differs as others of its side do.
  @Test func `of two resets that come at once the nearer one is not the host's`() {
    var both = Self.opened()
    both.client([.acknowledgement, .push], 101, 501, length: 50, at: 200)
    both.server(.reset, 501, at: 201, .first) { ($0.identification, $0.hopLimit) = (0, 66) }
    both.server(.reset, 501, at: 210) { $0.identification = 0 }
    #expect(!both.resets[0].hasSuffix(" host"))
    #expect(both.resets[1].hasSuffix(" host"))
  }

  /// The host's reset leaves with one number, and one with another arrives: a device that gives segments
  /// other numbers may have done so, one that leaves numbers alone has not.
  @Test(arguments: [true, false])
  func `where numbers are changed on the way, another number is no proof`(isRenumbered: Bool) {
    var both = TwoPoints()
    if isRenumbered {
      both.rewrite = { segment in
        if segment.source == Tape.server {
          segment.sequence = segment.sequence + 1_000_000
        } else if segment.flags.contains(.acknowledgement) {
          segment.acknowledgement = segment.acknowledgement + 1_000_000
        }
      }
    }
    both.handshake()
    both.exchange(at: 50)
    both.client(.acknowledgement, 100, 501, length: 1, at: 3_000)
    both.server(.reset, 501, at: 3_010, .second)
    both.server(.reset, 192, at: 3_010, .first)
    both.client(.acknowledgement, 100, 501, length: 1, at: 3_050)
    #expect(both.findings.contains("forged-by-comparison") == !isRenumbered)
  }

  /// A forger that knows the host's hop limit answers as the host does: of two that come, one was sent.
  @Test(arguments: [(TwoPoints.Shown.both, " host"), (.twiceAtFirst, " unknown")])
  func `which of two like resets is the host's is not known where one was sent`(
    shown: TwoPoints.Shown, maker: String
  ) {
    var both = TwoPoints()
    both.handshake()
    both.exchange(at: 50)
    both.port = 40_001
    both.clientStart = SequenceNumber(9_000)
    both.client(.acknowledgement, 1, 1, at: 100)
    both.server(.reset, 1, at: 110, shown) { $0.identification = 0 }
    #expect(both.resets.allSatisfy { $0.hasSuffix(maker) }, "\(both.resets)")
  }
}
