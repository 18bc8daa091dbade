import RSTWire
import Testing

@testable import RSTCore

/// What two captures of one exchange show together.
@Suite struct ComparisonTests {
  private static func opened() -> TwoPoints {
    var both = TwoPoints()
    both.handshake()
    both.exchange(at: 50)
    return both
  }

  // MARK: - What passed

  @Test func `everything passes, and nothing is said`() throws {
    var both = Self.opened()
    both.close(at: 200)
    #expect(both.findings == [])
    let comparison = both.comparison
    #expect(comparison.paired == ["endpoints": 1])
    #expect(comparison.totals.passed == 9)
    #expect(comparison.totals.lost + comparison.totals.neverSent == 0)
    #expect(comparison.changes.keys.map(\.rawValue) == ["hop-limit"])
    #expect(both.turned.findings == [])
  }

  @Test func `the clocks differ by what no passage contradicts`() throws {
    let clock = Self.opened().comparison.clock
    #expect(clock.low == .milliseconds(4_990))
    #expect(clock.high == .milliseconds(5_010))
    let turned = Self.opened().turned.comparison.clock
    #expect(turned.low == .milliseconds(-5_010))
    #expect(turned.high == .milliseconds(-4_990))
  }

  @Test func `the capture that sees the client's hop limits untouched is nearer to it`() throws {
    let both = Self.opened()
    #expect(both.explained[0].comparison?.nearerToClient == .first)
    #expect(both.turned.explained[0].comparison?.nearerToClient == .second)
  }

  // MARK: - Lost

  @Test func `a segment that is repeated was lost the first time`() throws {
    var both = Self.opened()
    both.server([.acknowledgement, .push], 501, 101, length: 300, at: 200, .second)
    both.server([.acknowledgement, .push], 501, 101, length: 300, at: 500)
    both.client(.acknowledgement, 101, 801, at: 520)
    #expect(both.findings == ["lost-in-path"])
    let side = try #require(both.explained[0].comparison?.serverSide)
    #expect(side.lost == 1)
    #expect(side.absences.map(\.doubt) == [.none])
    #expect(both.turned.findings == ["lost-in-path"])
  }

  @Test func `an acknowledged segment was missed by a capture, not lost`() throws {
    var both = Self.opened()
    both.client([.acknowledgement, .push], 101, 501, length: 50, at: 200, .first)
    both.server([.acknowledgement, .push], 501, 151, length: 300, at: 210)
    both.client(.acknowledgement, 151, 801, at: 230)
    #expect(both.findings == [])
    #expect(both.explained[0].comparison?.clientSide.missed == 1)
  }

  @Test func `a segment that arrives twice is doubled, not forged`() throws {
    var both = Self.opened()
    both.server([.acknowledgement, .push], 501, 101, length: 300, at: 200, .twiceAtFirst) {
      $0.identification = 0
    }
    both.client(.acknowledgement, 101, 801, at: 220)
    #expect(both.findings == [])
  }

  @Test func `what a capture shows twice of itself is one passage`() throws {
    var both = Self.opened()
    both.server([.acknowledgement, .push], 501, 101, length: 300, at: 200, .twiceAtSecond)
    both.client(.acknowledgement, 101, 801, at: 220)
    #expect(both.findings == [])
    #expect(both.explained[0].comparison?.serverSide.passed == 3)
  }

  // MARK: - Forged

  @Test(arguments: [57, 61] as [UInt8])
  func `a reset that the server never sent is forged, however well it is made`(_ hops: UInt8) {
    var both = Self.opened()
    both.client([.acknowledgement, .push], 101, 501, length: 50, at: 200)
    both.server([.reset, .acknowledgement], 501, 151, at: 202, .first) {
      $0.hopLimit = hops
      $0.options.timestamps = .init(value: 202, echo: 200)
    }
    both.server([.acknowledgement, .push], 501, 151, length: 300, at: 210)
    both.client(.reset, 151, at: 230)
    #expect(both.findings == ["forged-by-comparison"])
    #expect(both.resets.first == "injected-reset injector")
  }

  @Test func `a reset that the server sent is its own, whatever its hop limit`() {
    var both = Self.opened()
    both.client([.acknowledgement, .push], 101, 501, length: 50, at: 200)
    both.server([.reset, .acknowledgement], 501, 151, at: 210) {
      $0.hopLimit = 128
      $0.window = 0
    }
    both.client(.reset, 151, at: 240)
    #expect(both.findings == [])
    #expect(both.resets.allSatisfy { $0.hasSuffix(" host") })
  }

  @Test func `a reset that is forged towards the server is shown by its capture`() throws {
    var both = Self.opened()
    both.client(.reset, 101, at: 200, .second)
    both.client([.acknowledgement, .push], 101, 501, length: 50, at: 300)
    both.server(.reset, 501, at: 310)
    #expect(both.findings == ["forged-by-comparison"])
    let finding = try #require(both.explained[0].comparison?.findings.first)
    #expect(finding.secondFrames.contains(7))
    #expect(both.resets.count == 1)
    #expect(both.turned.findings == ["forged-by-comparison"])
  }

  @Test func `octets other than the server's are forged`() {
    var both = Self.opened()
    both.client([.acknowledgement, .push], 101, 501, length: 50, at: 200)
    both.server([.acknowledgement, .push], 501, 151, length: 400, at: 202, .first) {
      $0.payloadDigest = 4_711
    }
    both.server([.acknowledgement, .push], 501, 151, length: 900, at: 210)
    both.client(.acknowledgement, 151, 1_401, at: 230)
    #expect(both.findings == ["forged-by-comparison"])
  }

  @Test func `a device between refuses the SYN, which does not go on`() {
    var both = TwoPoints()
    // Other connections tell where the captures are, and that both run.
    both.handshake()
    both.exchange(at: 50)
    both.port = 40_001
    both.clientStart = SequenceNumber(9_000)
    both.client(.syn, 0, at: 1_000, .first) { $0.destinationPort = 81 }
    both.server([.reset, .acknowledgement], 0, 1, at: 1_001, .first) {
      $0.sourcePort = 81
      $0.sequence = SequenceNumber(0)
      $0.hopLimit = 64
    }
    both.port = 40_002
    both.clientStart = SequenceNumber(19_000)
    both.serverStart = SequenceNumber(29_000)
    both.handshake(at: 2_000)
    #expect(both.resets == ["network-firewall-reset network-device"])
    #expect(both.findings == ["forged-by-comparison", "lost-in-path"])
  }

  @Test func `what goes to a server that others reach may have gone another way`() {
    var both = TwoPoints()
    both.handshake()
    both.exchange(at: 50)
    both.port = 40_001
    both.clientStart = SequenceNumber(9_000)
    both.client(.syn, 0, at: 1_000, .first)
    both.server([.reset, .acknowledgement], 0, 1, at: 1_001, .first) {
      $0.sequence = SequenceNumber(0)
    }
    both.port = 40_002
    both.clientStart = SequenceNumber(19_000)
    both.serverStart = SequenceNumber(29_000)
    both.handshake(at: 2_000)
    #expect(both.findings == [])
  }

  // MARK: - What proves nothing

  @Test func `a capture that ended early leaves a doubt, and the maker as the fields say`() throws {
    var both = Self.opened()
    both.client([.acknowledgement, .push], 101, 501, length: 50, at: 200)
    both.server([.reset, .acknowledgement], 501, 151, at: 4_000) {
      $0.options.timestamps = .init(value: 4_000, echo: 200)
    }
    let last = both.shown.second.count - 1
    let late = both.shown.second[last].milliseconds
    both.forget(.second) { $0.milliseconds == late }
    let finding = try #require(both.explained[0].comparison?.findings.first?.finding)
    #expect(finding.confidence <= 0.63)
    #expect(both.resets == ["abortive-close host"])
  }

  @Test func `a capture that drops proves little of a reset that it does not show`() throws {
    var both = Self.opened()
    both.server([.acknowledgement, .push], 501, 101, length: 300, at: 200, .first)
    both.server([.acknowledgement, .push], 801, 101, length: 300, at: 210)
    both.server([.reset, .acknowledgement], 1_101, 101, at: 220, .first) {
      $0.options.timestamps = .init(value: 220, echo: 200)
      $0.hopLimit = 64
    }
    both.client(.reset, 101, at: 250)
    let comparison = try #require(both.explained[0].comparison)
    #expect(comparison.serverSide.missed == 1)
    #expect(comparison.serverSide.absences.map(\.doubt) == [.elsewhere])
  }

  @Test func `one that never hears the server proves nothing of it`() {
    var both = Self.opened()
    both.server([.reset, .acknowledgement], 501, 101, at: 200)
    both.client(.acknowledgement, 101, 501, at: 300)
    both.forget(.second) { $0.segment.source == Tape.server }
    #expect(both.findings == [])
  }

  @Test func `resets beyond those that are listed are nobody's`() {
    var both = Self.opened()
    for number in 0..<200 {
      both.server(.reset, 501 + number * 1_000, at: 300 + number, .first)
    }
    both.client([.acknowledgement, .push], 101, 501, length: 50, at: 900)
    let side = both.explained[0].comparison?.serverSide
    #expect(side?.neverSent == 64)
    #expect(both.resets.count == 64)
  }

  // MARK: - What was changed

  @Test func `across address translation the numbers tell which connection is which`() throws {
    var both = TwoPoints()
    both.rewrite = { segment in
      let outside = IPAddress.v4(IPv4Address(rawValue: 0xcb00_7109))
      if segment.source == Tape.client { (segment.source, segment.sourcePort) = (outside, 1_024) }
      if segment.destination == Tape.client {
        (segment.destination, segment.destinationPort) = (outside, 1_024)
      }
    }
    both.handshake()
    both.exchange(at: 50)
    both.server([.reset, .acknowledgement], 501, 101, at: 200, .first)
    both.client(.acknowledgement, 101, 501, at: 300)
    both.server(.acknowledgement, 501, 101, at: 310)
    #expect(both.comparison.paired == ["sequence-numbers": 1])
    #expect(both.findings == ["forged-by-comparison"])
    let changes = try #require(both.explained[0].comparison?.changes)
    #expect(changes.contains { $0.kind == .address && $0.after == "203.0.113.9:1024" })
  }

  @Test(arguments: [Side.client, .server])
  func `numbers that a proxy has drawn anew are translated`(_ side: Side) throws {
    var both = TwoPoints()
    both.rewrite = { segment in
      if (segment.source == Tape.client) == (side == .client) {
        segment.sequence = segment.sequence + 123_456
      } else if segment.flags.contains(.acknowledgement) {
        segment.acknowledgement = segment.acknowledgement + 123_456
      }
    }
    both.handshake()
    both.exchange(at: 50)
    both.server([.reset, .acknowledgement], 501, 101, at: 200)
    #expect(both.findings == [])
    #expect(both.comparison.totals.lost + both.comparison.totals.neverSent == 0)
    let changes = try #require(both.explained[0].comparison?.changes)
    #expect(changes.contains { $0.kind == .sequenceNumbers && $0.side == side })
  }

  @Test func `segments that are cut anew on the way have all passed`() throws {
    var both = Self.opened()
    both.server([.acknowledgement, .push], 501, 101, length: 2_800, at: 200, .second)
    both.server(.acknowledgement, 501, 101, length: 1_400, at: 200, .first)
    both.server([.acknowledgement, .push], 1_901, 101, length: 1_400, at: 200, .first)
    both.client(.acknowledgement, 101, 3_301, at: 220)
    #expect(both.findings == [])
    #expect(both.explained[0].comparison?.serverSide.recut == 3)
    let cuts = both.explained[0].comparison?.changes.filter { $0.kind == .segmentation }
    #expect(cuts?.map { "\($0.before) \($0.after)" } == ["2800 1400"])
    #expect(both.turned.findings == [])
  }

  @Test func `a device that lowers the segment size is named`() throws {
    var both = TwoPoints()
    both.rewrite = { if $0.flags.contains(.syn) { $0.options.maximumSegmentSize = 1_380 } }
    both.handshake()
    let changes = try #require(both.explained[0].comparison?.changes)
    let sizes = changes.filter { $0.kind == .maximumSegmentSize }
    #expect(sizes.map { "\($0.before) \($0.after)" } == ["1460 1380", "1380 1460"])
  }

  @Test func `ports that are used again are not taken for the connection before`() throws {
    var both = Self.opened()
    both.close(at: 100)
    both.clientStart = SequenceNumber(5_000_000)
    both.serverStart = SequenceNumber(6_000_000)
    both.handshake(at: 1_000)
    both.exchange(at: 1_050)
    both.server([.reset, .acknowledgement], 501, 101, at: 1_200, .first)
    both.client(.acknowledgement, 101, 501, at: 1_300)
    both.server(.acknowledgement, 501, 101, at: 1_310)
    #expect(both.comparison.paired == ["endpoints": 2])
    let findings = both.explained.map { $0.comparison?.findings.count }
    #expect(findings == [0, 1])
  }
}
