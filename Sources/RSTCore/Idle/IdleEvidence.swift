import RSTWire

/// What the rules about idle holds weigh alike: who ended them, and what speaks for a timeout.
struct IdleEvidence: Sendable {
  let reading: IdleReading
  private let seen: Observations
  private let sessions: Sessions
  private let port: UInt16
  /// The hop limits with which whoever keeps these connections is heard.
  private let ownHopLimits: Set<UInt8>

  /// Nil where no idle test was asked for.
  init?(_ seen: Observations) {
    guard let sessions = Sessions(seen), let ladder = sessions.results.idle else { return nil }
    self.seen = seen
    self.sessions = sessions
    port = seen.target.port
    let holds = sessions.results.holds.filter { !$0.isControl }
    reading = IdleReading(ladder, holds) {
      Self.isProven($0, seen.packets, proof: sessions.results.proof)
    }
    let attempts = Set(holds.map(\.attempt))
    let accepted = seen.packets.filter {
      $0.direction == .received && attempts.contains($0.attempt)
        && $0.packet.tcp?.flags.contains(.syn) ?? false
    }
    ownHopLimits = sessions.hopLimits.union(accepted.map(\.packet.network.hopLimit))
  }

  /// A silence counts where it was asked often enough, and questions went unanswered also after
  /// another connection had been answered meanwhile: no outage of the path.
  private static func isProven(
    _ hold: HoldObservation, _ packets: [RecordedPacket], proof: Int
  ) -> Bool {
    guard hold.questions >= proof, let last = hold.packets.last else { return false }
    let asked = hold.packets.suffix(hold.questions).map { packets[$0].moment }
    guard let first = asked.first else { return false }
    let witness = packets.first { record in
      record.direction == .received && record.attempt != hold.attempt && record.moment > first
        && record.index < last && !(record.packet.tcp?.flags.contains(.reset) ?? true)
    }
    return witness.map { witness in asked.count { $0 > witness.moment } >= 3 } ?? false
  }

  /// The packets that show how a hold ended.
  func packets(of hold: HoldObservation) -> [Int] {
    let ends = [hold.end?.packet, hold.answer].compactMap(\.self)
    return ends.isEmpty ? Array(hold.packets.suffix(3)) : ends
  }

  /// A time for people, as in "3.2 s".
  static func words(_ duration: Duration) -> String {
    let seconds = duration.seconds
    let digits = seconds < 10 ? 100.0 : 10.0
    let rounded = (seconds * digits).rounded() / digits
    return rounded == rounded.rounded() ? "\(Int(rounded)) s" : "\(rounded) s"
  }

  /// The interval, in words.
  var interval: String {
    guard let high = reading.high else { return "longer than \(Self.words(reading.low))" }
    let isExact = high - reading.low <= high / 50
    return "after \(isExact ? "" : Self.words(reading.low) + " to ")\(Self.words(high))"
  }

  /// What every finding about idle holds says beside its words.
  func details(on: Bool = false) -> [Detail] {
    var details = [Detail("after_s", .numbers(reading.interval))]
    if on, let occasion = reading.on { details.append(Detail("on", .word(occasion.rawValue))) }
    let likely = reading.likely(port: port).map { "\($0.name) (\($0.seconds) s)" }
    if !likely.isEmpty { details.append(Detail("likely", .words(likely))) }
    if !reading.keepAlives.isEmpty {
      details.append(Detail("keepalives", .number(Double(reading.keepAlives.count))))
    }
    return details
  }

  /// What is to be done about it.
  var remedy: String {
    let limit = Self.words(reading.low)
    return
      "Let one side send keep-alives more often than every \(limit) (net.ipv4.tcp_keepalive_time, "
      + "or in the protocol), or raise the timeout where it is set."
  }
}

// MARK: - How sure

extension IdleEvidence {
  /// Weighs what makes a threshold of the holds that ended.
  func weighThreshold(_ claim: inout Claim) {
    let shorter = reading.survivors.filter { $0.held <= reading.low + .seconds(1) }
    if let longest = shorter.last {
      claim.add(
        "shorter-survived", 1.5,
        "\(shorter.count) connections left alone for up to \(Self.words(longest.held)) stood",
        packets: shorter.suffix(3).flatMap { packets(of: $0) }, source: "RFC 5382, section 5")
    }
    if reading.decisive.count > 1 {
      claim.add(
        "same-end", min(Double(reading.decisive.count) - 1, 2),
        "\(reading.decisive.count) connections ended alike",
        packets: reading.decisive.prefix(4).flatMap { packets(of: $0) },
        source: "RFC 5382, section 5")
    }
    if reading.exceptions.count > reading.decisive.count {
      claim.add(
        "others-differ", -1.5, "\(reading.exceptions.count) connections ended otherwise",
        packets: reading.exceptions.prefix(4).flatMap { packets(of: $0) },
        source: "one timeout ends all alike")
    }
    if !reading.likely(port: port).isEmpty {
      claim.add(
        "documented", 0.5, "a timeout of that length is documented", source: "KnownTimeouts.txt")
    }
  }

  /// Weighs how the connection fared that was never left alone for long.
  ///
  /// - Parameters:
  ///   - claim: What is weighed.
  ///   - lived: The weight where it stood when the others were gone.
  ///   - died: The weight where it ended with them, by how it ended.
  func weighControl(
    _ claim: inout Claim, lived: Double, died: (IdleReading.Ending) -> Double
  ) {
    guard let found = reading.high.flatMap(control(at:)) else { return }
    let packets = [found.observation.end].compactMap(\.self)
    if found.isAlive {
      claim.add(
        "busy-one-stood", lived,
        "a connection that was asked every \(Self.words(found.observation.interval)) stood all the "
          + "while", packets: packets,
        source: "RFC 5382, section 5: timers count from the last segment")
    } else {
      claim.add(
        "busy-one-ended-too", died(ending(of: found.observation)),
        "a connection that was asked every \(Self.words(found.observation.interval)) ended at the "
          + "same time", packets: packets,
        source: "RFC 5382, section 5: timers count from the last segment")
    }
  }

  private func ending(of busy: BusyObservation) -> IdleReading.Ending {
    guard let end = busy.end else { return .silent }
    return sessions.packet(end).packet.tcp?.flags.contains(.reset) ?? false ? .reset : .fin
  }

  /// Whether the busy connection ended together with those left alone; nil where it says nothing.
  var isBusyOneGone: Bool? { reading.high.flatMap(control(at:)).map { !$0.isAlive } }

  /// The busy connection at the time of the timeout; nil where it was not busy enough for it.
  private func control(
    at time: Duration
  ) -> (observation: BusyObservation, isAlive: Bool)? {
    guard let seen = sessions.results.busy.first, seen.interval < reading.low * 0.8 else {
      return nil
    }
    let room = max(.seconds(1), time / 10)
    if let ended = seen.ended {
      let after = ended - seen.begun
      // Long before or after is another matter.
      if after <= time + room, after >= reading.low - room { return (seen, false) }
      return after > time + room ? (seen, true) : nil
    }
    return seen.stood - seen.begun >= time - seen.interval ? (seen, true) : nil
  }
}

// MARK: - Who

extension IdleEvidence {
  /// Whether a packet came from another distance than whoever keeps these connections.
  func isForeign(_ index: Int) -> Bool {
    !ownHopLimits.isEmpty && !ownHopLimits.contains(hopLimit(index))
  }

  private func hopLimit(_ index: Int) -> UInt8 { sessions.packet(index).packet.network.hopLimit }

  /// Weighs who sent what ended the connections, and says it.
  func weighSender(_ claim: inout Claim) {
    let ends = reading.decisive.flatMap { [$0.end?.packet, $0.answer].compactMap(\.self) }
    guard let first = ends.first else { return }
    if ends.allSatisfy(isForeign) {
      let distances = Set(ends.map(sessions.distance))
      if let near = distances.min(), let far = distances.max() { claim.hopRange = near...far }
      claim.responder = .networkDevice
      claim.add(
        "other-hop-limit", 2,
        "it comes with hop limit \(hopLimit(first)), the host's own with "
          + ownHopLimits.sorted().map(String.init).joined(separator: ", "),
        packets: Array(ends.prefix(3)), source: "RFC 791, section 3.2")
    } else if !ends.contains(where: isForeign) {
      weighHost(ends, &claim)
    }
  }

  /// From the host's distance: by its socket, by its kernel, or by whoever else stands there.
  private func weighHost(_ ends: [Int], _ claim: inout Claim) {
    let records = ends.map(sessions.packet)
    let headers = records.compactMap(\.packet.tcp)
    let shown = Array(ends.prefix(3))
    if !headers.isEmpty, headers.allSatisfy({ $0.timestamps != nil }) {
      claim.responder = .host
      claim.add(
        "carries-timestamps", 1,
        "it comes from the host's distance with the timestamps of the connection, which only its "
          + "socket knows", packets: shown, source: "RFC 7323, section 3.2")
    } else if headers.allSatisfy({ $0.flags.contains(.fin) }) {
      claim.responder = .host
      claim.add(
        "same-hop-limit", 0.5, "it comes from the host's distance", packets: shown,
        source: "RFC 791, section 3.2")
    } else if reading.on == .nextSegment, !records.isEmpty, records.allSatisfy(copiesCodePoint) {
      // FACTS, section 2: the kernel copies DSCP of late data, a packet filter does not.
      claim.responder = .host
      claim.add(
        "dscp-copied", 1,
        "the resets come from the host's distance and carry the DSCP of our segments, as its own "
          + "stack sends them for a connection it has forgotten", packets: shown,
        source: ResetEvidence.sendReset)
    }
  }

  private func copiesCodePoint(_ record: RecordedPacket) -> Bool {
    guard
      let asked = seen.packets.first(where: {
        $0.attempt == record.attempt && $0.direction == .sent
      })
    else { return false }
    let canary = asked.packet.network.trafficClass & 0xfc
    return canary != 0 && record.packet.network.trafficClass & 0xfc == canary
  }
}
