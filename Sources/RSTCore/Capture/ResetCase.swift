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
  /// What is known of the port that was asked, where it has accepted a connection.
  var port: AcceptingPort? { hosts[connection.server.address].ports[connection.server.port] }
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

  /// Whether it answers a segment of the connection before this one between the same endpoints, which
  /// was still on its way: it bears what that one acknowledged.
  ///
  /// RFC 9293, section 3.10.7.1.
  var isLateAnswer: Bool {
    guard sender.segments == 0, !segment.flags.contains(.acknowledgement),
      let former = connection.predecessor?.acknowledged(towards: side)
    else { return false }
    return segment.sequence == former
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

  /// Whether the server's reset comes so soon behind its SYN ACK that the handshake's last segment
  /// cannot have reached it: stacks that wait for that one do not reset unasked.
  var isBeforeItsTime: Bool {
    guard side == .server, server.openings == 1, client.openings == 1, server.segments == 1,
      let synAck = server.opening, let trip = roundTrip, trip > .milliseconds(4)
    else { return false }
    return segment.moment - synAck.moment < trip / 4
  }

  /// Whether the reset came with a hop limit that its sender's other segments never have; nil where
  /// there is nothing to compare.
  var isFromElsewhere: Bool? {
    // What another capture proves stands above what the hop limit suggests.
    switch origin {
    case .sent, .proxy: return false
    case .between(doubt: .none, _, _): return true
    case .oneOfMore, .between, nil: break
    }
    if !sender.hopLimits.isEmpty {
      // Whoever varies its hop limits, as path finders do, is not told by them.
      if sender.hopLimits.all.count > 2 { return nil }
      return !sender.hasHopLimit(segment.hopLimit)
        && !(side == .server && host.hopLimits.contains(segment.hopLimit))
    }
    guard !baseline.isEmpty, side == .server else { return nil }
    return !baseline.contains(segment.hopLimit)
  }

  /// Whether another capture proves that it was made between the two.
  var isProvenBetween: Bool {
    if case .between(doubt: .none, _, _) = origin { true } else { false }
  }

  /// Other resets of its side, shortly before or after, that try other numbers and answer nothing.
  ///
  /// They try what may lie in the window: Weaver, Sommer, Paxson, NDSS 2009, RST_SEQ_CHANGE.
  var guesses: [CapturedReset] {
    connection.resets.filter {
      $0.side == side && $0.segment.frame != segment.frame && $0.answered == nil
        && !$0.continuesSender && $0.segment.hopLimit == segment.hopLimit
        && abs(($0.segment.moment - segment.moment).nanoseconds) < 2_000_000_000
        && (3..<Self.widestGuess).contains(
          abs($0.segment.sequence.distance(from: segment.sequence)))
    }
  }

  /// How far apart guesses lie, in octets: wider than the windows of any host that was seen.
  private static let widestGuess = 1 << 24

  /// Other resets of its side, shortly before or after, that bear its identification: INJECTORS,
  /// section 6, saw that in no ordinary capture.
  ///
  /// Who gives all its segments the same shows nothing so.
  var twins: [CapturedReset] {
    guard sender.last?.identification != segment.identification else { return [] }
    return connection.resets.filter {
      $0.side == side && $0.segment.frame != segment.frame
        && ($0.segment.identification ?? 0) != 0
        && $0.segment.identification == segment.identification
        && abs(($0.segment.moment - segment.moment).nanoseconds) < 2_000_000_000
    }
  }

  /// Other resets of its side, shortly before or after, from a distance that is neither its own nor the
  /// side's: INJECTORS, section 6.
  var otherSpeakers: [CapturedReset] {
    connection.resets.filter {
      $0.side == side && $0.segment.hopLimit != segment.hopLimit
        && !sender.hasHopLimit($0.segment.hopLimit)
        && abs(($0.segment.moment - segment.moment).nanoseconds) < 2_000_000_000
    }
  }

  /// What a hop limit is compared with: the side's own on this connection, else its host's, best those
  /// of the same port, since ports may be translated to several machines.
  var baseline: HopLimitCount {
    if !sender.hopLimits.isEmpty { return sender.hopLimits }
    if side == .server, let port { return port.hopLimits }
    return host.hopLimits.isEmpty ? host.stackHopLimits : host.hopLimits
  }

  /// Whether the reset's distance differs from all that it is compared with: another initial value alone
  /// is another machine, and no other place.
  var isAtAnotherDistance: Bool {
    let hops = Distance.suggested(by: segment.hopLimit)
    return baseline.all.allSatisfy { Distance.suggested(by: $0.hopLimit) != hops }
  }

  /// By how many hops its hop limit is off, at least.
  var hopLimitDifference: Int? {
    guard baseline.all.count <= 2 || sender.hopLimits.isEmpty else { return nil }
    return baseline.all.map { abs(Int($0.hopLimit) - Int(segment.hopLimit)) }.min()
  }

  /// Whether the reset shows that the socket itself made it.
  var isOfSocket: Bool { reset.isOfSocket }

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
