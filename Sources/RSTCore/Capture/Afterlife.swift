import RSTWire

/// What the side in whose name a reset came does behind it.
extension ResetCase {
  /// Segments of the sender behind the reset that go on with the connection which the reset must have
  /// ended, or seem to: what was on its way already may come late.
  var afterlife: [LoggedSegment] {
    reset.following.filter { later in
      later.side == side && !later.isReset
        && (later.isSYNACK
          ? isAccepted(by: later)
          : later.sequenceLength > 0 && later.end.distance(from: segment.sequence) > 0
            && sender.next.map { later.end.distance(from: $0) > 0 } ?? true
            || later.flags.contains(.acknowledgement)
              && receiverSent(after: segment, coveredBy: later))
    }
  }

  /// Whether a SYN ACK accepts what the reset refused: where a client asks with several numbers, each of
  /// its SYNs has an answer of its own.
  private func isAccepted(by synAck: LoggedSegment) -> Bool {
    guard !isEstablished else { return false }
    let asked = reset.answered.flatMap { $0.isSYN ? $0 : nil } ?? client.opening
    return synAck.acknowledgement == asked?.end
  }

  /// The first segment behind the reset that its sender cannot have sent if it had made the reset,
  /// neither before it nor afterwards.
  var lifeSign: LoggedSegment? {
    guard sender.opening != nil || isEstablished else { return nil }
    return reset.following.first { later in
      later.side == side && !later.isReset && !later.flags.contains(.syn)
        && (isNewer(later) || takesWhatWasReset(later) || comesLongAfter(later))
    }
  }

  /// Whether the reset has the number that its receiver expects.
  ///
  /// Others are ignored, or answered by a challenge ACK, and may come from an earlier connection:
  /// RFC 5961, section 3.2.
  var isExpected: Bool {
    receiver.acknowledged.map { segment.sequence == $0 } ?? true || reset.continuesSender
  }

  /// Numbers only grow: what acknowledges more than the reset did, or goes on behind it, was sent after
  /// it, in whatever order both arrived.
  ///
  /// RFC 9293, section 3.10.4: a socket's reset carries SND.NXT and RCV.NXT.
  private func isNewer(_ later: LoggedSegment) -> Bool {
    guard segment.flags.contains(.acknowledgement), let sent = receiver.next,
      abs(segment.acknowledgement.distance(from: sent)) < Self.mostInFlight
    else { return false }
    let progress = later.acknowledgement.distance(from: segment.acknowledgement)
    if later.flags.contains(.acknowledgement), (1..<Self.mostInFlight).contains(progress) {
      return true
    }
    let growth = later.end.distance(from: segment.sequence)
    return reset.continuesSender && later.sequenceLength > 0
      && (1..<Self.mostInFlight).contains(growth)
  }

  /// Whether the sender has acknowledged a segment of the receiver that the reset answers: before it, or
  /// afterwards without a repetition.
  ///
  /// Who does not know a connection acknowledges nothing of it, and a device that refuses a segment does
  /// not pass it on: RFC 9293, section 3.10.7.1.
  var hasTakenWhatItAnswers: Bool {
    guard let asked = reset.answered, asked.sequenceLength > 0, !asked.flags.contains(.syn) else {
      return false
    }
    let hasTaken = reset.preceding.contains {
      $0.side == side && $0.flags.contains(.acknowledgement) && $0.frame > asked.frame
        && $0.acknowledgement.distance(from: asked.end) >= 0
    }
    return hasTaken || reset.following.contains { $0.side == side && takesWhatWasReset($0) }
  }

  /// A segment behind the reset by which the sender answers what the receiver has sent behind it: whoever
  /// made the reset has neither ended nor forgotten the connection.
  var passesAfterwards: LoggedSegment? {
    let trip = (roundTrip ?? .zero) * 0.8
    return reset.following.first { later in
      later.side == side && !later.isReset && sender.hasHopLimit(later.hopLimit)
        && reset.following.contains {
          $0.side != side && !$0.isReset && $0.moment < later.moment
            && (later.moment - $0.moment >= trip || isNewAnswer(later))
        }
    }
  }

  /// Whether it comes so long behind the reset that nothing from before is on its way any more, and is
  /// neither sent again nor a keep-alive: then it answers.
  private func isNewAnswer(_ later: LoggedSegment) -> Bool {
    later.isPureAcknowledgement && later.sequence == sender.next
      && later.moment - segment.moment > max(.milliseconds(200), (roundTrip ?? .zero) * 4)
  }

  /// Whether what the reset answers died on its way: it was sent with fewer hops than others, and a
  /// router has said that they ended.
  ///
  /// It must be the answer to that segment: it acknowledges it, or it is the first reset and comes as late
  /// as answers do. RFC 792, time exceeded; Sundara Raman et al., CoNEXT 2022.
  var answersWhatNeverArrived: Bool {
    guard let asked = reset.provocation, isAnswer(to: asked),
      let most = receiver.hopLimits.all.map(\.hopLimit).max(),
      asked.hopLimit < most, asked.hopLimit < 32
    else { return false }
    return connection.errors.contains {
      $0.isTimeExceeded && $0.moment >= asked.moment && $0.moment - asked.moment < .seconds(1)
    }
  }

  private func isAnswer(to asked: LoggedSegment) -> Bool {
    if segment.flags.contains(.acknowledgement) {
      let isNew = sender.acknowledged.map { asked.end.distance(from: $0) > 0 } ?? true
      return isNew && segment.acknowledgement == asked.end
    }
    guard earlier.isEmpty, let trip = roundTrip else { return false }
    return reset.answers(asked) && segment.moment - asked.moment >= trip * 0.8
  }

  /// Weighs that against whatever the host itself must have sent.
  func weighReach(_ claim: inout Claim) {
    guard answersWhatNeverArrived else { return }
    claim.add(
      "answers-what-never-arrived", -6,
      "what it answers had too few hops left to arrive, and a router said so",
      frames: [reset.provocation, segment], source: "RFC 792; Sundara Raman et al., CoNEXT 2022")
  }

  /// Whoever does not know a connection and resets a segment of it does not acknowledge that segment.
  private func takesWhatWasReset(_ later: LoggedSegment) -> Bool {
    guard let asked = reset.answered, asked.sequenceLength > 0,
      later.flags.contains(.acknowledgement),
      (0..<Self.mostInFlight).contains(later.acknowledgement.distance(from: asked.end)),
      later.moment - segment.moment > .milliseconds(3)
    else { return false }
    let hadTaken = sender.acknowledged.map { $0.distance(from: asked.end) >= 0 } ?? false
    let isRepeated = reset.following.contains {
      $0.side != side && $0.sequence == asked.sequence && $0.moment < later.moment
    }
    return !hadTaken && !isRepeated
  }

  /// No network holds a segment back for longer than several round trips.
  ///
  /// A device that rejects
  /// single segments leaves the connection alone, so that answers to them say nothing.
  private func comesLongAfter(_ later: LoggedSegment) -> Bool {
    guard reset.answered == nil, afterlife.contains(later) else { return false }
    return later.moment - segment.moment > max(.milliseconds(100), (roundTrip ?? .zero) * 2)
  }

  /// Whether the receiver has sent anything behind the reset that a later segment acknowledges.
  private func receiverSent(after reset: LoggedSegment, coveredBy later: LoggedSegment) -> Bool {
    self.reset.following.contains { sent in
      sent.side != side && sent.sequenceLength > 0 && sent.moment < later.moment
        && later.acknowledgement.distance(from: sent.end) >= 0
        && receiver.next.map { sent.end.distance(from: $0) > 0 } ?? false
    }
  }

  /// More octets than may be under way at once: RFC 7323, section 2.3.
  private static let mostInFlight = 1 << 30

  /// Whoever resets in earnest does not go on with the connection; and who goes on has not reset it.
  func weighAfterlife(_ claim: inout Claim) {
    guard let first = lifeSign ?? afterlife.first else { return }
    claim.add(
      "goes-on-afterwards", lifeSign == nil ? -4 : -6,
      "the same side goes on with the connection afterwards", frames: [first],
      source: "Weaver, Sommer, Paxson, NDSS 2009")
  }
}
