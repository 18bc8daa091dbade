import RSTWire

/// One segment of the matrix: what is sent on an established connection to see what comes of it.
///
/// The positions are counted from RCV.NXT of the peer, which is our SND.NXT, and in the window that
/// the peer advertised last. RFC 5961, sections 3 to 5; RFC 9293, section 3.10.7.4.
public enum Cell: String, CaseIterable, Hashable, Sendable {
  /// RST at RCV.NXT.
  case resetExact = "rst-exact"
  /// RST at RCV.NXT + 1.
  case resetNext = "rst-next"
  /// RST in the middle of the window.
  case resetMiddle = "rst-middle"
  /// RST at the last octet of the window.
  case resetEdge = "rst-edge"
  /// RST at RCV.NXT + window, where stacks disagree whether that is inside.
  case resetRightEdge = "rst-right-edge"
  /// RST just beyond the window.
  case resetBeyond = "rst-beyond"
  /// RST at RCV.NXT - 1.
  case resetBefore = "rst-before"
  /// RST far outside.
  case resetFar = "rst-far"
  /// SYN at RCV.NXT.
  case synExact = "syn-exact"
  /// SYN in the middle of the window.
  case synMiddle = "syn-middle"
  /// SYN beyond the window.
  case synBeyond = "syn-beyond"
  /// SYN before the window.
  case synOld = "syn-old"
  /// SYN and ACK at RCV.NXT.
  case synAck = "syn-ack"
  /// Control: data behind a hole, with a good acknowledgement.
  case dataHole = "data-hole"
  /// Data behind a hole whose acknowledgement is too old.
  case dataAckOld = "data-ack-old"
  /// Data behind a hole that acknowledges what was never sent.
  case dataAckNew = "data-ack-new"
  /// The same, a quarter of the number space ahead.
  case dataAckFar = "data-ack-far"
  /// The first octet of a connection, with an acknowledgement of SND.UNA - 1.
  case firstDataAckBefore = "first-data-ack-before"
  /// A pure acknowledgement of more than the peer can have sent.
  case ackNew = "ack-new"
  /// FIN without ACK at RCV.NXT.
  case finWithoutAck = "fin-without-ack"
  /// A segment without any flag at RCV.NXT.
  case noFlags = "no-flags"
  /// RST and ACK at RCV.NXT with an acknowledgement far off.
  case resetWrongAck = "rst-ack-wrong-ack"

  /// Which grade it belongs to.
  public enum Group: Hashable, Sendable {
    /// RFC 5961, section 3.
    case reset
    /// RFC 5961, section 4.
    case syn
    /// RFC 5961, section 5.
    case data
    /// RFC 9293, section 3.10.7.4, fifth.
    case fin
    /// What tells stacks apart, and no grade.
    case other
  }

  /// Which grade it belongs to.
  public var group: Group {
    switch self {
    case .resetNext, .resetMiddle, .resetEdge: .reset
    case .synExact, .synMiddle, .synBeyond, .synOld: .syn
    case .dataAckOld, .dataAckNew, .dataAckFar: .data
    case .finWithoutAck: .fin
    case .resetExact, .resetRightEdge, .resetBeyond, .resetBefore, .resetFar, .synAck, .dataHole,
      .firstDataAckBefore, .ackNew, .noFlags, .resetWrongAck:
      .other
    }
  }

  /// What RFC 9293 and common stacks leave without an answer, so that several of them fit on one
  /// connection; what may be taken comes last.
  static let likelySilent: [Cell] = [
    .resetBeyond, .resetBefore, .resetFar, .noFlags, .finWithoutAck,
  ]

  /// Whether it is a reset itself.
  var isReset: Bool {
    switch self {
    case .resetExact, .resetNext, .resetMiddle, .resetEdge, .resetRightEdge, .resetBeyond,
      .resetBefore, .resetFar, .resetWrongAck:
      true
    default: false
    }
  }

  /// Whether it is one of those.
  var isLikelySilent: Bool { Self.likelySilent.contains(self) }

  /// Whether it lies behind a hole, which an octet in order has to fill before it shows whether it
  /// was taken.
  var isBehindHole: Bool {
    switch self {
    case .dataHole, .dataAckOld, .dataAckNew, .dataAckFar: true
    default: false
    }
  }

  /// Whether it takes up the next sequence number, so that a peer which takes it acknowledges more.
  var takesUpNumber: Bool { self == .finWithoutAck || self == .firstDataAckBefore }

  /// What tries it on connections of our own.
  ///
  /// - Parameter exchangesData: Whether a connection shows that it lives by taking an octet.
  /// - Returns: The experiment.
  func experiment(exchangesData: Bool) -> any Experiment {
    isBehindHole
      ? HoleExperiment(self) : MatrixExperiment([self], exchangesData: exchangesData)
  }

  /// What is sent, in a few words.
  public var summary: String {
    switch self {
    case .resetExact: "RST at the exact number"
    case .resetNext: "RST one above the exact number"
    case .resetMiddle: "RST in the middle of the window"
    case .resetEdge: "RST at the window's last octet"
    case .resetRightEdge: "RST at the window's end"
    case .resetBeyond: "RST just beyond the window"
    case .resetBefore: "RST one below the exact number"
    case .resetFar: "RST far outside the window"
    case .synExact: "SYN at the exact number"
    case .synMiddle: "SYN in the middle of the window"
    case .synBeyond: "SYN beyond the window"
    case .synOld: "SYN before the window"
    case .synAck: "SYN ACK at the exact number"
    case .dataHole: "an octet behind a hole"
    case .dataAckOld: "an octet behind a hole, its ACK too old"
    case .dataAckNew: "an octet behind a hole, its ACK too new"
    case .dataAckFar: "an octet behind a hole, its ACK far off"
    case .firstDataAckBefore: "the first octet, its ACK one too old"
    case .ackNew: "ACK of what was never sent"
    case .finWithoutAck: "FIN without ACK"
    case .noFlags: "a segment without flags"
    case .resetWrongAck: "RST ACK, its ACK far off"
    }
  }

  /// The segment, for a connection as it stands.
  func segment(on connection: ClientConnection) -> PacketDraft {
    let next = connection.nextSequence
    let window = max(connection.peerWindow, 4)
    let expected = connection.expected
    func make(
      _ flags: TCPFlags, _ offset: Int, acknowledgement: SequenceNumber? = nil,
      payload: [UInt8] = []
    ) -> PacketDraft {
      connection.segment(
        flags, sequence: next + offset, acknowledgement: acknowledgement, payload: payload)
    }
    switch self {
    case .resetExact: return make(.reset, 0)
    case .resetNext: return make(.reset, 1)
    case .resetMiddle: return make(.reset, window / 2)
    case .resetEdge: return make(.reset, window - 1)
    case .resetRightEdge: return make(.reset, window)
    case .resetBeyond: return make(.reset, window + 1)
    case .resetBefore: return make(.reset, -1)
    case .resetFar: return make(.reset, 1 << 30)
    case .synExact: return make(.syn, 0)
    case .synMiddle: return make(.syn, window / 2)
    case .synBeyond: return make(.syn, window + 100_000)
    case .synOld: return make(.syn, -70_000)
    case .synAck: return make([.syn, .acknowledgement], 0)
    case .dataHole: return make([.acknowledgement, .push], 1, payload: Self.octet)
    case .dataAckOld:
      return make(
        [.acknowledgement, .push], 1, acknowledgement: expected - 100_000, payload: Self.octet)
    case .dataAckNew:
      return make(
        [.acknowledgement, .push], 1, acknowledgement: expected + 70_000, payload: Self.octet)
    case .dataAckFar:
      return make(
        [.acknowledgement, .push], 1, acknowledgement: expected + 1 << 30, payload: Self.octet)
    case .firstDataAckBefore:
      return make([.acknowledgement, .push], 0, acknowledgement: expected - 1, payload: [0x0d])
    case .ackNew:
      // What a service says by itself may be on its way: never more than our window takes.
      let unsent = expected + Int(connection.options.window) + 2
      return make(.acknowledgement, 0, acknowledgement: unsent)
    case .finWithoutAck: return make(.fin, 0)
    case .noFlags: return make([], 0)
    case .resetWrongAck:
      return make([.reset, .acknowledgement], 0, acknowledgement: expected + 1 << 29)
    }
  }

  /// The second half of an empty line, which most services take for nothing.
  private static let octet: [UInt8] = [0x0a]
}
