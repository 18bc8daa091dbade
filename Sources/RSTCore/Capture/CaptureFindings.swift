import RSTWire

extension FindingCode {
  /// Only one side's segments were captured.
  public static let captureOneSided = Self(rawValue: "capture-one-sided")
}

/// What is said of a whole connection of a capture, beside the causes of its resets.
enum CaptureFindings {
  /// Everything that is to be said of a connection in a capture that ended at a moment.
  static func about(_ connection: CapturedConnection, ended: Moment) -> [Finding] {
    [oneSided(connection), silence(connection, ended: ended)].compactMap(\.self)
  }

  /// Acknowledgements of what was never captured show that the other side has spoken.
  private static func oneSided(_ connection: CapturedConnection) -> Finding? {
    guard !connection.isTwoSided,
      connection.resetCount > 0 || connection.clientRecord.octets > 0
        || connection.serverRecord.octets > 0
    else { return nil }
    let side: Side = connection.clientRecord.segments > 0 ? .client : .server
    let record = connection.record(of: side)
    guard record.segments > 1, let acknowledged = record.acknowledged, let last = record.last,
      record.opening == nil || acknowledged.rawValue != 0
    else { return nil }
    return Finding(
      code: .captureOneSided, confidence: 0.9, responder: .unknown,
      evidence: [
        Evidence(
          "one-side-only", weight: 2.2,
          detail:
            "\(record.segments) segments of the \(side.rawValue), which acknowledges what was "
            + "never captured", packets: [connection.firstFrame, last.frame], source: "the capture")
      ],
      explanation:
        "Only the \(side.rawValue)'s segments are in this capture; whoever provoked a reset "
        + "cannot be seen.",
      nextStep: "Capture where both directions pass, or at one of the ends.")
  }

  /// Whoever repeats without an answer to the capture's end has been left alone.
  private static func silence(_ connection: CapturedConnection, ended: Moment) -> Finding? {
    guard connection.resets.isEmpty, !connection.isClosed, connection.isTwoSided else { return nil }
    for side in Side.allCases {
      let record = connection.record(of: side)
      guard record.repetitions > 2, let last = record.last, connection.recent.last?.side == side,
        let pause = Backoff.pause(in: connection.recent, of: side),
        ended - last.moment > pause * Backoff.patience
      else { continue }
      return Finding(
        code: .retransmissionLimit, confidence: 0.9, responder: .host, phase: .data,
        evidence: [
          Evidence(
            "unanswered-repetitions", weight: 2.5,
            detail: "\(record.repetitions) repetitions drew nothing, and no more followed for "
              + (ended - last.moment).rounded,
            packets: [last.frame], source: "RFC 1122, section 4.2.3.5")
        ],
        explanation:
          "The \(side.rawValue) sent the same again and again, got no acknowledgement, and "
          + "gave up without a reset. Its application sees `connection timed out`.",
        nextStep: "See where the segments got lost: capture at the other side, and compare.",
        details: [Detail("ends_with", .word("silence"))])
    }
    return nil
  }
}
