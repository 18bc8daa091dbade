internal import RSTCore
internal import RSTWire

/// Which cell of the matrix a segment belongs to, as its receiver sees it.
///
/// RFC 9293, section 3.10.7.4; RFC 5961, sections 3 to 5. Written down a second time so that the
/// simulated host shares no positions with the prober.
extension Cell {
  init?(
    _ header: TCPHeader, payload: Int, at connection: SimulatedHost.Connection, window: Int
  ) {
    let offset = header.sequence.distance(from: connection.receiveNext)
    let acknowledged = header.acknowledgement.distance(from: connection.sendNext)
    let flags = header.flags.subtracting([.push, .urgent])
    if flags.contains(.reset) {
      let isWrong = flags.contains(.acknowledgement) && acknowledged > 0
      self = isWrong ? .resetWrongAck : Self.reset(offset, window)
    } else if flags.contains(.syn) {
      self = flags.contains(.acknowledgement) ? .synAck : Self.syn(offset, window)
    } else if !flags.contains(.acknowledgement) {
      self = flags.contains(.fin) ? .finWithoutAck : .noFlags
    } else {
      let behind = connection.oldest.distance(from: header.acknowledgement)
      switch (payload > 0, offset, acknowledged) {
      case (false, _, 1...): self = .ackNew
      case (true, 1..., (1 << 28)...): self = .dataAckFar
      case (true, 1..., 1...): self = .dataAckNew
      case (true, 1..., _): self = behind > connection.peerWindow ? .dataAckOld : .dataHole
      case (true, 0, _) where behind == 1 && !connection.hasTaken: self = .firstDataAckBefore
      default: return nil
      }
    }
  }

  private static func reset(_ offset: Int, _ window: Int) -> Cell {
    switch offset {
    case 0: .resetExact
    case 1: .resetNext
    case -1: .resetBefore
    case window - 1: .resetEdge
    case window: .resetRightEdge
    case window + 1: .resetBeyond
    case 2..<window: .resetMiddle
    default: .resetFar
    }
  }

  private static func syn(_ offset: Int, _ window: Int) -> Cell {
    switch offset {
    case 0: .synExact
    case 1..<window: .synMiddle
    case window...: .synBeyond
    default: .synOld
    }
  }
}
