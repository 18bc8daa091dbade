import RSTBundle
import RSTCore
import RSTWire
import Testing

/// What of a capture goes into a bundle.
@Suite struct CaptureSelectionTests {
  private static let client = IPAddress.v4(IPv4Address(rawValue: 0xc000_0201))
  private static let server = IPAddress.v4(IPv4Address(rawValue: 0xc633_640a))

  private static func segment(
    from port: UInt16, isAnswer: Bool, flags: TCPFlags, sequence: UInt32,
    acknowledgement: UInt32 = 0
  ) -> CapturedSegment {
    CapturedSegment(
      source: isAnswer ? server : client, destination: isAnswer ? client : server,
      sourcePort: isAnswer ? 80 : port, destinationPort: isAnswer ? port : 80,
      sequence: SequenceNumber(sequence), acknowledgement: SequenceNumber(acknowledgement),
      flags: flags)
  }

  /// Many refused connections, and behind them one that its client aborts.
  private static let explained: [ExplainedConnection] = {
    var explainer = Explainer(capacity: 1_024)
    var given: [ExplainedConnection] = []
    var frame = 0
    func take(_ segment: CapturedSegment) {
      frame += 1
      explainer.take(segment, frame: frame, at: Moment(nanoseconds: Int64(frame) * 1_000_000)) {
        given.append($0)
      }
    }
    for number in 0..<UInt16(100) {
      take(segment(from: 40_000 + number, isAnswer: false, flags: .syn, sequence: 7))
      take(
        segment(
          from: 40_000 + number, isAnswer: true, flags: [.reset, .acknowledgement], sequence: 0,
          acknowledgement: 8))
    }
    let port: UInt16 = 50_000
    take(segment(from: port, isAnswer: false, flags: .syn, sequence: 7))
    take(
      segment(
        from: port, isAnswer: true, flags: [.syn, .acknowledgement], sequence: 90,
        acknowledgement: 8))
    take(
      segment(
        from: port, isAnswer: false, flags: .acknowledgement, sequence: 8, acknowledgement: 91))
    take(
      segment(
        from: port, isAnswer: false, flags: [.reset, .acknowledgement], sequence: 8,
        acknowledgement: 91))
    explainer.finish { given.append($0) }
    return given
  }()

  @Test func `no more resets than are read, and what is rare among them`() throws {
    #expect(Self.explained.count == 101)
    let causes = Set(Self.explained.compactMap { $0.resets.first?.finding.code })
    #expect(causes.count > 1)
    let selection = CaptureSelection(Self.explained)
    #expect(selection.connections.count == CaptureSelection.mostResets)
    #expect(Set(selection.connections.compactMap { $0.resets.first?.finding.code }) == causes)
    let frames = selection.connections.map(\.connection.firstFrame)
    #expect(frames == frames.sorted())
  }

  @Test func `frames of chosen connections are wanted, others are not`() throws {
    var selection = CaptureSelection(Array(Self.explained.suffix(1)))
    let port = try #require(selection.connections.first?.connection.client.port)
    let first = try #require(selection.connections.first?.connection.firstFrame)
    let place = CapturedDatagram(octets: 0..<40, originalLength: 40)
    func wants(_ port: UInt16, frame: Int) -> Bool {
      selection.wants(
        .segment(
          Self.segment(from: port, isAnswer: true, flags: .acknowledgement, sequence: 1), in: place),
        number: frame, at: Moment(nanoseconds: Int64(frame) * 1_000_000), octets: 40)
    }
    #expect(wants(port, frame: first))
    #expect(wants(port, frame: first + 1))
    #expect(!wants(port, frame: first - 1))
    #expect(!wants(port, frame: first + 1_000))
    #expect(!wants(port + 7, frame: first + 100))
    #expect(selection.left == 0)
  }
}
