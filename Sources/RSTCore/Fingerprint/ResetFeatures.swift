import RSTWire

/// What stray segments and closed ports show of a stack.
///
/// Only answers with the hop limit of the host's own connections count, and no resets that look
/// like a packet filter's. Silence counts at the listener alone, where the same kind of segment is
/// answered by a closed port: elsewhere a filter is as likely. RFC 9293, sections 3.5.2, 3.10.7.
struct ResetFeatures {
  /// What is known.
  private(set) var values: [FingerprintFeature: String] = [:]

  private let seen: Observations
  private let hopLimits: Set<UInt8>
  /// Exchanges with control ports that the host itself has closed.
  private let closed: [Exchange]
  /// Exchanges of stray segments with the target's port, where it is open.
  private let listener: [Exchange]

  init(_ seen: Observations, hopLimits: Set<UInt8>) {
    self.seen = seen
    self.hopLimits = hopLimits
    let isOurs = { (exchange: Exchange) in
      exchange.replies.allSatisfy { !$0.isSegment || hopLimits.contains($0.hopLimit) }
    }
    let controls = Dictionary(
      grouping: seen.controls(
        "syn-control", "stray-ack", "stray-fin", "null", "xmas", "syn-fin", "record-route-syn"),
      by: \.attempt.subject)
    closed = controls.values.filter { Self.isClosed($0, hopLimits) }.joined().filter(isOurs)
    let isOpen = seen.allSYNs.contains {
      $0.synAck.map { hopLimits.contains($0.hopLimit) } ?? false
    }
    let strays = seen.target("stray-ack", "stray-fin", "null", "xmas", "syn-fin", "ladder-ack")
      .filter(isOurs)
    listener = isOpen && !Marks(strays).mayBeOfFilter ? strays : []
    readAnswers()
    readMarks()
  }

  /// Whether the host resets a SYN to this port, and no filter does it for the host.
  private static func isClosed(_ exchanges: [Exchange], _ hopLimits: Set<UInt8>) -> Bool {
    let syns = exchanges.filter { $0.attempt.probe == "syn-control" }
    let isReset = syns.contains { exchange in
      exchange.replies.contains { $0.isReset && hopLimits.contains($0.hopLimit) }
    }
    return isReset && !syns.contains { $0.synAck != nil } && !Marks(exchanges).mayBeOfFilter
  }
}

// MARK: - Answers

extension ResetFeatures {
  private static let closedPort: [(FingerprintFeature, probe: String)] = [
    (.closedACK, "stray-ack"), (.closedFIN, "stray-fin"), (.closedXmas, "xmas"),
    (.closedNull, "null"), (.closedSYNFIN, "syn-fin"), (.closedSYN, "syn-control"),
  ]

  private static let listening: [(FingerprintFeature, closed: FingerprintFeature, probe: String)] =
    [
      (.listenFIN, .closedFIN, "stray-fin"), (.listenNull, .closedNull, "null"),
      (.listenXmas, .closedXmas, "xmas"), (.listenSYNFIN, .closedSYNFIN, "syn-fin"),
      (.listenACK, .closedACK, "stray-ack"),
    ]

  private mutating func readAnswers() {
    for (feature, probe) in Self.closedPort {
      values[feature] = form(closed.filter { $0.attempt.probe == probe })
    }
    for (feature, _, probe) in Self.listening {
      values[feature] = form(listener.filter { $0.attempt.probe == probe })
    }
    for (feature, closed, probe) in Self.listening
    where values[feature] == nil && values[closed] != nil {
      let asked = listener.filter { $0.attempt.probe == probe }
      if seen.weightOfSilence(asked) > 0 { values[feature] = "-" }
    }
  }

  /// What all these probes drew that were answered; nil where none was, or not all alike.
  private func form(_ exchanges: [Exchange]) -> String? {
    let answered = exchanges.filter { $0.replies.contains(where: \.isSegment) }
    let forms = Set(answered.map(\.strayAnswer))
    return forms.count == 1 ? forms.first ?? nil : nil
  }
}

extension Exchange {
  /// What a stray segment drew, in the letters of `BehaviourFingerprint`; nil where it is none of
  /// them, or several.
  fileprivate var strayAnswer: String? {
    let forms = Set(replies.filter(\.isSegment).map { form($0) })
    return forms.count == 1 ? forms.first ?? nil : nil
  }

  private func form(_ reply: Reply) -> String? {
    guard let header = reply.record.packet.tcp, let asked = attempt.draft.segment else {
      return nil
    }
    switch reply.kind {
    case .synAck: return "SA"
    case .oddSYN: return header.flags == .syn ? "S" : nil
    case .segment: return header.flags == .acknowledgement ? "C" : nil
    default: break
    }
    guard header.flags.contains(.reset) else { return nil }
    let number = asked.flags.contains(.acknowledgement) ? asked.acknowledgement : SequenceNumber(0)
    guard header.flags.contains(.acknowledgement) else {
      guard header.sequence == number else { return nil }
      return header.acknowledgement.rawValue == 0 ? "R" : "Ra"
    }
    guard header.sequence == number else { return nil }
    let covered = header.acknowledgement.distance(from: asked.sequence)
    return (0...asked.length).contains(covered) ? "RA+\(covered)" : nil
  }
}

// MARK: - Marks

extension ResetFeatures {
  private mutating func readMarks() {
    var marks = Marks(closed + listener)
    marks.forget(constants: Set(marks.rewritten.map(\.codePoint)))
    guard !marks.isEmpty else { return }
    values[.resetWindow] = window(marks)
    switch seen.target.address.family {
    case .ipv4:
      values[.resetTOS] = trafficClass(marks)
      values[.resetIdentification] = identification(marks)
      values[.resetRoute] = route(marks)
    case .ipv6:
      values[.resetTrafficClass] = trafficClass(marks)
      values[.resetFlowLabel] = flowLabel(marks)
    }
  }

  private func window(_ marks: Marks) -> String? {
    let words = marks.resets.map { exchange, reply -> String in
      let window = reply.record.packet.tcp?.window ?? 0
      if window == 0 { return "0" }
      return window == exchange.attempt.draft.segment?.window ? "probe" : "other"
    }
    return Set(words).count == 1 ? words.first : nil
  }

  /// A copy is certain where two different canaries came back.
  ///
  /// What is missing may have been cleared on the way, unless an echo reply brings its own back.
  private func trafficClass(_ marks: Marks) -> String? {
    if marks.copiesReliably { return "copied" }
    let distances = Set(hopLimits.map(Distance.suggested))
    let isKept = seen.echoes.contains { exchange in
      let canary = exchange.attempt.draft.trafficClass & 0xfc
      return canary != 0
        && exchange.replies.contains {
          $0.kind == .echoReply && $0.codePoint == canary && distances.contains($0.distance)
        }
    }
    guard isKept, marks.copied.isEmpty else { return nil }
    if marks.rewritten.isEmpty, marks.cleared.count >= 2 { return "0" }
    let others = Set(marks.rewritten.map(\.codePoint))
    return marks.cleared.isEmpty && others.count == 1 && marks.rewritten.count >= 2 ? "other" : nil
  }

  private func identification(_ marks: Marks) -> String? {
    let words = Set(
      marks.replies.map { reply -> String? in
        guard case .ipv4(let header) = reply.record.packet.network else { return nil }
        return (header.identification == 0 ? "0" : "i") + (header.dontFragment ? "D" : "")
      })
    return words.count == 1 ? words.first ?? nil : nil
  }

  /// That an option is missing says something only where an echo reply brings it back.
  private func route(_ marks: Marks) -> String? {
    if !marks.routeEchoed.isEmpty { return marks.routeMissing.isEmpty ? "echoed" : nil }
    let isKept = seen.host("record-route-echo").flatMap(\.replies).contains { reply in
      guard reply.kind == .echoReply, case .ipv4(let header) = reply.record.packet.network else {
        return false
      }
      return IPv4Option.recordedRoute(in: header.options) != nil
    }
    return isKept && !marks.routeMissing.isEmpty ? "none" : nil
  }

  private func flowLabel(_ marks: Marks) -> String? {
    let (own, zero) = (marks.ownLabel.count, marks.zeroLabel.count)
    switch marks.resets.count {
    case own: return "own"
    case zero: return "0"
    default: return own + zero == 0 ? "probe" : nil
    }
  }
}

extension Marks {
  /// Whether a packet filter may have made all of them: its shape, and no mark of a stack.
  fileprivate var mayBeOfFilter: Bool {
    (looksLikeNetfilter || isSurelyOfFilter) && copied.isEmpty && routeEchoed.isEmpty
      && ownLabel.isEmpty
  }
}
