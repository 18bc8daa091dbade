/// One thing in which TCP stacks differ, and that a run can see: a field of the fingerprint.
///
/// The order is that of the line, most telling first within the run's means. Raw values are public
/// and stable; new features come after the last one. RFC 9293, RFC 5961; the stacks that differ are
/// in `KnownStacks.txt`.
public enum FingerprintFeature: String, CaseIterable, Hashable, Sendable {
  /// What a stray ACK draws at a closed port.
  case closedACK = "closed-ack"
  /// What a stray ACK draws at the listener.
  case listenACK = "listen-ack"
  /// The window of resets.
  case resetWindow = "reset-window"
  /// The type of service of IPv4 resets, as far as DSCP goes.
  case resetTOS = "reset-tos"
  /// The traffic class of IPv6 resets, as far as DSCP goes.
  case resetTrafficClass = "reset-traffic-class"
  /// Identification and DF of IPv4 resets.
  case resetIdentification = "reset-id"
  /// Whether IPv4 resets carry their probe's record-route option.
  case resetRoute = "reset-route"
  /// The flow label of IPv6 resets.
  case resetFlowLabel = "reset-flow-label"

  /// `Cell.resetNext` and so on: the cell of the same name.
  case resetNext = "rst-next"
  /// The cell of the same name.
  case resetMiddle = "rst-middle"
  /// The cell of the same name.
  case resetEdge = "rst-edge"
  /// The cell of the same name.
  case resetRightEdge = "rst-right-edge"
  /// The cell of the same name.
  case resetExact = "rst-exact"
  /// The cell of the same name.
  case resetBeyond = "rst-beyond"
  /// The cell of the same name.
  case resetBefore = "rst-before"
  /// The cell of the same name.
  case resetFar = "rst-far"
  /// The cell of the same name.
  case resetWrongACK = "rst-ack-wrong-ack"

  /// The cell of the same name.
  case synExact = "syn-exact"
  /// The cell of the same name.
  case synMiddle = "syn-middle"
  /// The cell of the same name.
  case synBeyond = "syn-beyond"
  /// The cell of the same name.
  case synOld = "syn-old"
  /// The cell of the same name.
  case synACK = "syn-ack"

  /// What a FIN without ACK draws at the listener.
  case listenFIN = "listen-fin"
  /// What a segment without flags draws at the listener.
  case listenNull = "listen-null"
  /// What FIN, PSH and URG draw at the listener.
  case listenXmas = "listen-xmas"
  /// What SYN and FIN draw at the listener.
  case listenSYNFIN = "listen-syn-fin"

  /// What a FIN without ACK draws at a closed port.
  case closedFIN = "closed-fin"
  /// What FIN, PSH and URG draw at a closed port.
  case closedXmas = "closed-xmas"
  /// What a segment without flags draws at a closed port.
  case closedNull = "closed-null"
  /// What SYN and FIN draw at a closed port.
  case closedSYNFIN = "closed-syn-fin"
  /// What a SYN draws at a closed port.
  case closedSYN = "closed-syn"

  /// How often challenge ACKs come.
  case challengeRate = "challenge-rate"

  /// The cell of the same name.
  case ackNew = "ack-new"
  /// The cell of the same name.
  case firstDataAckBefore = "first-data-ack-before"
  /// The cell of the same name.
  case dataHole = "data-hole"
  /// The cell of the same name.
  case dataAckOld = "data-ack-old"
  /// The cell of the same name.
  case dataAckNew = "data-ack-new"
  /// The cell of the same name.
  case dataAckFar = "data-ack-far"

  /// The cell of the same name.
  case finWithoutACK = "fin-without-ack"
  /// The cell of the same name.
  case noFlags = "no-flags"

  /// The question of the same name to a half-open connection.
  case secondSYNInWindow = "second-syn-in-window"
  /// The question of the same name.
  case secondSYNBeyond = "second-syn-beyond"
  /// The question of the same name.
  case halfOpenResetExact = "half-open-rst-exact"
  /// The question of the same name.
  case halfOpenResetInWindow = "half-open-rst-in-window"
  /// The question of the same name.
  case halfOpenBadACK = "half-open-bad-ack"

  /// The key in reports and in `KnownStacks.txt`.
  public var key: String { rawValue }

  /// The cell of the matrix that it is read from; nil where it is read from something else.
  public var cell: Cell? { Cell(rawValue: rawValue) }

  /// The question to a half-open connection that it is read from; nil as above.
  public var halfOpenQuestion: HalfOpenQuestion? { HalfOpenQuestion(rawValue: rawValue) }
}

// MARK: - Groups

extension FingerprintFeature {
  /// Where the line keeps it: fields of one group stand together.
  public enum Group: String, CaseIterable, Hashable, Sendable {
    /// How resets look.
    case resets
    /// RST on an established connection.
    case rst
    /// SYN on an established connection.
    case syn
    /// Odd segments at the listener.
    case listen
    /// Segments at a closed port.
    case closed
    /// How challenge ACKs are rationed.
    case rate
    /// Acknowledgements out of range on an established connection.
    case data
    /// Segments without ACK on an established connection.
    case odd
    /// Connections in SYN-RECEIVED.
    case halfOpen = "half-open"
  }

  /// Where the line keeps it.
  public var group: Group {
    switch self {
    case .closedACK, .listenACK, .resetWindow, .resetTOS, .resetTrafficClass,
      .resetIdentification, .resetRoute, .resetFlowLabel:
      .resets
    case .resetNext, .resetMiddle, .resetEdge, .resetRightEdge, .resetExact, .resetBeyond,
      .resetBefore, .resetFar, .resetWrongACK:
      .rst
    case .synExact, .synMiddle, .synBeyond, .synOld, .synACK: .syn
    case .listenFIN, .listenNull, .listenXmas, .listenSYNFIN: .listen
    case .closedFIN, .closedXmas, .closedNull, .closedSYNFIN, .closedSYN: .closed
    case .challengeRate: .rate
    case .ackNew, .firstDataAckBefore, .dataHole, .dataAckOld, .dataAckNew, .dataAckFar: .data
    case .finWithoutACK, .noFlags: .odd
    case .secondSYNInWindow, .secondSYNBeyond, .halfOpenResetExact, .halfOpenResetInWindow,
      .halfOpenBadACK:
      .halfOpen
    }
  }

  /// Whether it is read from an established connection of our own.
  public var isOfEstablished: Bool {
    switch group {
    case .rst, .syn, .rate, .data, .odd: true
    case .resets, .listen, .closed, .halfOpen: false
    }
  }
}
