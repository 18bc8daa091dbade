import RSTWire

/// How connections are taken back, so that none stays at the target.
extension ConnectionSuite {
  /// Where packets get lost the reset may have been: an old octet asks, and another reset follows
  /// until the target has forgotten the connection.
  mutating func sayFarewell(_ run: inout Run, at now: Moment) {
    guard hasSeenLoss || run.bench.connection.state == .unanswered else {
      run.farewell?.isCertain = true
      return
    }
    run.farewell?.tries += 1
    run.farewell?.due = now + roundTrip.timeout
    guard (run.farewell?.tries ?? 0) <= 3 else { return }
    run.bench.send(run.bench.connection.exactReset, "takes the connection back")
    run.bench.askWhetherAlive()
  }

  /// What a living peer still says on a connection that is over for us is reset, as RFC 9293,
  /// section 3.10.7.1, asks: it never got our reset, or has opened another one.
  mutating func answerLate(_ record: RecordedPacket, draft: PacketDraft) {
    guard let header = record.packet.tcp, header.flags.contains(.acknowledgement),
      !header.flags.contains(.reset),
      !header.flags.isDisjoint(with: [.syn, .fin]) || !record.packet.payload.isEmpty,
      lateResets[record.attempt, default: 0] < 3
    else { return }
    lateResets[record.attempt, default: 0] += 1
    let connection = ClientConnection(syn: draft, at: record.moment)
    queue.add(
      Transmission(
        draft: connection.segment(.reset, sequence: header.acknowledgement),
        attempt: record.attempt))
  }

  /// Once packets are known to get lost, resets that nobody asked about may have been.
  mutating func doubtFarewells(at now: Moment) {
    guard hasSeenLoss else { return }
    for id in trusted.keys.sorted() {
      guard var run = trusted[id] else { continue }
      run.farewell = Farewell(due: now)
      running[id] = run
    }
    trusted = [:]
  }

  func settleFarewell(_ run: inout Run, by header: TCPHeader, at now: Moment) {
    let isNew = header.flags.isSuperset(of: [.syn, .acknowledgement])
    guard let tries = run.farewell?.tries, tries > 0 || isNew else { return }
    if header.flags.contains(.reset) {
      run.farewell?.isCertain = true
    } else if header.flags.contains(.acknowledgement) {
      // Still there: the reset takes the number that was just acknowledged.
      run.bench.send(
        run.bench.connection.segment(.reset, sequence: header.acknowledgement),
        "takes the connection back")
    }
  }
}
