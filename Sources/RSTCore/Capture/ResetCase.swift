import RSTWire

/// A reset that is to be explained, with its connection and what is known of its hosts.
struct ResetCase {
  /// The reset.
  let reset: CapturedReset
  /// Its connection, as it stood when it was over.
  let connection: CapturedConnection
  /// What is known of all hosts.
  let hosts: HostTable
  /// Its place among the resets of the connection.
  let number: Int
  /// Where it was made, as far as another capture shows it.
  var origin: ResetOrigin?

  var segment: LoggedSegment { reset.segment }
  var side: Side { reset.side }
  /// What the sender had sent before.
  var sender: SideRecord { reset.sender }
  /// What the receiver had sent before.
  var receiver: SideRecord { reset.receiver }
  /// What is known of the host in whose name it was sent.
  var host: HostRecord { hosts[connection.endpoint(of: side).address] }
  /// What the client, and the server, had sent before.
  var client: SideRecord { side == .client ? sender : receiver }
  var server: SideRecord { side == .client ? receiver : sender }

  /// Whether the handshake was over.
  var isEstablished: Bool {
    if let synAck = server.opening {
      return client.acknowledged.map { $0.distance(from: synAck.end) >= 0 } ?? false
    }
    return !connection.hasBeginning || client.octets > 0 && server.octets > 0
  }

  /// Where in the connection's life it came.
  var phase: Phase {
    if sender.fin != nil || receiver.fin != nil { return .close }
    return isEstablished ? .data : .handshake
  }

  /// The earlier resets of the connection.
  var earlier: ArraySlice<CapturedReset> { connection.resets[..<number] }

  /// The shortest time in which the other side has answered: SYN to SYN ACK, or SYN ACK to ACK.
  var roundTrip: Duration? {
    guard let syn = client.opening, let synAck = server.opening else { return nil }
    let trip = synAck.moment - syn.moment
    return trip > .zero ? trip : nil
  }

  /// Segments of the sender behind the reset that show that it still has the connection: they go on
  /// with it a while after the reset must have ended it.
  var afterlife: [LoggedSegment] {
    reset.following.filter { later in
      later.side == side && !later.isReset
        && (later.isSYNACK && !isEstablished
          || later.sequenceLength > 0 && later.end.distance(from: segment.sequence) > 0
            && sender.next.map { later.end.distance(from: $0) > 0 } ?? true
          || later.flags.contains(.acknowledgement)
            && receiverSent(after: segment, coveredBy: later))
    }
  }

  /// Whether the receiver has sent anything behind the reset that a later segment acknowledges.
  private func receiverSent(after reset: LoggedSegment, coveredBy later: LoggedSegment) -> Bool {
    self.reset.following.contains { sent in
      sent.side != side && sent.sequenceLength > 0 && sent.moment < later.moment
        && later.acknowledgement.distance(from: sent.end) >= 0
        && receiver.next.map { sent.end.distance(from: $0) > 0 } ?? false
    }
  }

  /// Whether the reset came with a hop limit that its sender's other segments never have; nil where
  /// there is nothing to compare.
  var isFromElsewhere: Bool? {
    // What another capture proves stands above what the hop limit suggests.
    switch origin {
    case .sent, .proxy: return false
    case .between(doubt: .none, _, _): return true
    case .between, nil: break
    }
    if !sender.hopLimits.isEmpty { return !sender.hasHopLimit(segment.hopLimit) }
    guard !host.hopLimits.isEmpty, side == .server else { return nil }
    return !host.hopLimits.contains(segment.hopLimit)
  }

  /// By how many hops its hop limit is off, at least.
  var hopLimitDifference: Int? {
    let known = sender.hopLimits.isEmpty ? host.hopLimits : sender.hopLimits
    return known.all.map { abs(Int($0.hopLimit) - Int(segment.hopLimit)) }.min()
  }

  /// Whether the reset shows that the socket itself made it: it goes on where its sender had stopped,
  /// acknowledges, and carries the timestamps that were agreed on or a window.
  ///
  /// net/ipv4/tcp_output.c, tcp_send_active_reset.
  var isOfSocket: Bool {
    segment.flags.contains(.acknowledgement) && reset.continuesSender
      && (sender.usesTimestamps ? segment.timestamps != nil : segment.window != 0)
  }

  /// Who made it, where nothing else tells: the host, unless it came from elsewhere.
  var maker: Responder { isFromElsewhere == true ? .networkDevice : .host }
}

/// One cause of a captured reset: one rule, one file, one code.
protocol CauseRule: Sendable {
  /// What the rule may say.
  var code: FindingCode { get }
  /// What it claims about a reset; nil when it has nothing to say.
  func claim(_ seen: ResetCase) -> Claim?
}

extension Claim {
  /// Adds a piece of evidence that frames of a capture show.
  mutating func add(
    _ code: String, _ weight: Double, _ detail: String, frames: [LoggedSegment?], source: String
  ) {
    add(code, weight, detail, packets: frames.compactMap { $0?.frame }, source: source)
  }
}
