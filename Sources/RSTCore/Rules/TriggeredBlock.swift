import RSTWire

extension FindingCode {
  /// Connections die by a reset only where they carry the trigger.
  public static let triggeredBlock = Self(rawValue: "triggered-block")
}

/// Connections end by a reset where they carry the trigger, and stand where they carry as many random
/// octets or a harmless name, or nothing: somebody reads the content, forges or stands in line, and is not
/// the host, which would forget what it resets.
///
/// INJECTORS, sections 0 (10) and 6.1; RFC 9293, section 3.10.7.
struct TriggeredBlock: Rule {
  let code = FindingCode.triggeredBlock

  func claim(_ seen: Observations) -> Claim? {
    guard let interference = Interference(seen) else { return nil }
    let readings = interference.readings.filter { $0.isResetOnly && !$0.isObscured }
    guard let reading = readings.first else { return nil }
    var claim = Claim(
      code, responder: .unknown, phase: .data, explanation: "",
      nextStep:
        "Look for content filtering, intrusion prevention or a proxy rule that names the trigger, at "
        + "the hops named here; compare with a capture at the host.")
    claim.add(
      "most-resets-are-genuine", -2, "most resets are what they seem: the host's own",
      source: "837 ordinary flows in public captures")
    weighControls(reading, &claim)
    weighMaker(reading, &claim)
    let place = reading.resetPlace
    claim.hopRange = place?.hops
    if let place {
      claim.add(
        "place", place.basis == .copiedHopLimit ? 3 : 0.5, place.detail, packets: place.packets,
        source: "INJECTORS: Sundara Raman et al., CoNEXT 2022")
    }
    claim.responder = responder(reading, place)
    claim.explanation = explanation(reading, claim.responder)
    let names = readings.compactMap { (seen.sessions?.triggers ?? []).name($0.number) }
    claim.details = [Detail("trigger", .word(names.joined(separator: ", ")))]
    if let manner = reading.manner {
      claim.details.append(Detail("manner", .word(manner.rawValue)))
    }
    if let direction = reading.direction {
      claim.details.append(Detail("direction", .word(direction)))
    }
    if let isBlocked = reading.isSplitBlocked {
      claim.details.append(Detail("split", .word(isBlocked ? "blocked" : "passes")))
    }
    claim.occurrences = .init(
      count: reading.whole.count(where: \.isReset), total: reading.whole.count)
    return claim
  }

  private func weighControls(_ reading: TriggerReading, _ claim: inout Claim) {
    let clean = reading.controls.count(where: \.resets.isEmpty)
    let reset = reading.controls.count - clean
    let packets = reading.whole.flatMap { story in
      [story.reset?.index, story.content.first?.index].compactMap(\.self)
    }
    claim.add(
      "only-with-the-trigger", min(Double(reading.whole.count + clean) / 2, 3),
      "\(reading.whole.count(where: \.isReset)) of \(reading.whole.count) connections with the "
        + "trigger ended by a reset, and \(reset) of \(reading.controls.count) without it"
        + (reset > 0 ? ", with random octets" : ""), packets: Array(packets.prefix(6)),
      source: "INJECTORS, section 6.1: the control experiment decides")
  }

  /// Whether the host itself may have reset: its application aborts for a name that it does not like.
  private func weighMaker(_ reading: TriggerReading, _ claim: inout Claim) {
    let interference = reading.interference
    let living = reading.provoked.filter(\.outlivesResets)
    if let first = living.first {
      claim.add(
        "host-still-has-it", 5,
        "the host still has \(living.count) of \(reading.provoked.count) connections two seconds "
          + "after their resets", packets: [first.seen.livenessPacket].compactMap(\.self),
        source: "RFC 9293, section 3.10.7: who resets a connection forgets it")
    }
    if let rung = reading.beyondReach.first(where: { !$0.resets.isEmpty || $0.isForgotten }) {
      claim.add(
        "trigger-ends-on-the-way", 5, "it is reset also where its hop limit cannot reach the host",
        packets: (rung.content.prefix(1) + rung.resets.prefix(1)).map(\.index),
        source: "Sundara Raman et al., CoNEXT 2022")
    }
    let foreign = reading.provoked.flatMap(\.resets).filter(interference.isForeign)
    if let first = foreign.first {
      claim.add(
        "other-hop-limit", 1.5,
        "the resets arrive with hop limit \(first.packet.network.hopLimit), the host's segments never "
          + "do", packets: [first.index], source: "0.9 % of ordinary flows in public captures")
    }
    if reading.isHostAbort {
      claim.add(
        "an-application-would-too", -6,
        "the reset continues the host's own connection, which is gone then",
        source: "RFC 1122, 4.2.2.13")
    } else if reading.beginsAtHost, living.isEmpty {
      claim.add(
        "begins-at-the-host", -6,
        "nothing resets it where its hop limit ends before the host, and the host has forgotten the "
          + "connections: it resets them itself, or somebody right at it",
        packets: reading.resetRungs.prefix(1).compactMap(\.reset?.index),
        source: "Sundara Raman et al., CoNEXT 2022: endpoint firewalls")
    } else if living.isEmpty, reading.beyondReach.isEmpty, reading.copiedHopLimitLoss == nil {
      claim.add(
        "host-may-have-reset", -4,
        "nothing shows that the host still had the connections: it may have reset them itself",
        packets: reading.provoked.compactMap(\.seen.livenessPacket).prefix(2).map { $0 },
        source: "RFC 9293, section 3.10.7")
    }
  }

  private func responder(_ reading: TriggerReading, _ place: InjectorPlace?) -> Responder {
    switch reading.manner {
    case .onPath: return .injector
    case .inLine:
      let host = reading.interference.hostBegins
      if let host, let place, place.hops.upperBound < host { return .networkDevice }
      let isForeign = reading.provoked.flatMap(\.resets).allSatisfy(reading.interference.isForeign)
      return isForeign ? .networkDevice : .hostFirewall
    case nil: return reading.beyondReach.isEmpty ? .unknown : .networkDevice
    }
  }

  private func explanation(_ reading: TriggerReading, _ responder: Responder) -> String {
    switch (reading.manner, responder) {
    case (.onPath, _):
      "Somebody on the path reads what passes and resets connections with this content; the "
        + "content itself reaches the host."
    case (.inLine, .hostFirewall):
      "A filter at the host, or right before it, keeps this content from the host's stack and "
        + "resets the connection in its name."
    case (.inLine, _):
      "A device in line keeps this content from the host and resets the connection in its name."
    case (nil, _): "Connections with this content are reset, others are not."
    }
  }
}

extension TriggerReading {
  /// Whether the resets can only be the host's own: the connection's numbers go on in them, they come
  /// with the host's hop limit, the host has forgotten the connection, and nothing was reset on the way.
  var isHostAbort: Bool {
    !provoked.isEmpty && beyondReach.isEmpty
      && provoked.allSatisfy { story in
        !story.outlivesResets
          && story.resets.contains { reset in
            guard let header = reset.packet.tcp else { return false }
            return header.flags.contains(.acknowledgement) && !interference.isForeign(reset)
              && (header.timestamps != nil
                || header.window != 0 && rungs.contains { $0.seen.isTaken })
          }
      }
  }
}
