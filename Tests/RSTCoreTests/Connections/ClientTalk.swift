import RSTWire

@testable import RSTCore

/// A client of ours and a peer whose segments the test writes down.
///
/// Our SYN has number 1,000,000 and the peer's 5,000, so that data begins at 1,000,001 and 5,001.
struct ClientTalk {
  var client: ClientConnection
  private(set) var now = Moment(nanoseconds: 1_000_000_000)

  static let ourSYN: UInt32 = 1_000_000
  static let peerSYN: UInt32 = 5_000

  /// A client that has sent nothing yet.
  init(
    timestamps: Bool = true, _ change: (inout ClientConnection.Options) -> Void = { _ in }
  ) {
    var options = ClientConnection.Options()
    change(&options)
    let syn = SegmentDraft(
      sourcePort: 20_001, destinationPort: 80, sequence: SequenceNumber(Self.ourSYN), flags: .syn,
      window: options.window,
      options: [.maximumSegmentSize(1460)]
        + (timestamps ? [.timestamps(value: 900, echo: 0)] : []))
    let draft = PacketDraft(
      source: .v4(IPv4Address(rawValue: 0xc633_6402)),
      destination: .v4(IPv4Address(rawValue: 0xcb00_710a)), identification: 7,
      content: .segment(syn))
    client = ClientConnection(syn: draft, options: options, at: now)
  }

  /// A client whose handshake is complete, with nothing left to look at.
  static func established(
    timestamps: Bool = true, window: UInt16 = 60_000,
    _ change: (inout ClientConnection.Options) -> Void = { _ in }
  ) -> ClientTalk {
    var talk = ClientTalk(timestamps: timestamps, change)
    talk.client.open(at: talk.now)
    talk.synAck(window: window)
    _ = talk.sent()
    return talk
  }

  /// What the client sent since it was asked last.
  mutating func sent() -> [SegmentDraft] {
    defer { client.outgoing = [] }
    return client.outgoing.compactMap(\.segment)
  }

  /// The SYN ACK.
  mutating func synAck(window: UInt16 = 60_000, timestamps: Bool = true) {
    hear([.syn, .acknowledgement], Self.peerSYN, window: window, timestamps: timestamps)
  }

  /// A segment of the peer.
  mutating func hear(
    _ flags: TCPFlags, _ sequence: UInt32, acknowledging number: UInt32 = ourSYN + 1,
    window: UInt16 = 60_000, _ payload: [UInt8] = [], timestamps: Bool = true
  ) {
    let header = TCPHeader(
      sourcePort: 80, destinationPort: 20_001, sequence: SequenceNumber(sequence),
      acknowledgement: SequenceNumber(number), flags: flags, window: window,
      options: timestamps ? [.timestamps(value: sequence, echo: 900)] : [])
    client.received(header, payload: payload, at: now)
  }

  /// Time passes; the client is called whenever it wants to be.
  mutating func wait(_ duration: Duration) {
    let end = now + duration
    while let deadline = client.deadline, deadline <= end {
      now = max(now, deadline)
      client.advance(to: now)
    }
    now = end
  }
}

extension SegmentDraft {
  /// Whether it carries an acknowledgement and nothing else.
  var isPureAcknowledgement: Bool { flags == .acknowledgement && payload.isEmpty }

  /// What it echoes of the peer's timestamps; nil without the option.
  var echo: UInt32? {
    for case .timestamps(_, let echo) in options { return echo }
    return nil
  }
}
