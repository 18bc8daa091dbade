import RSTWire

/// A connection of a capture, and why it was reset.
public struct ExplainedConnection: Sendable {
  /// The connection.
  public let connection: CapturedConnection
  /// How it ended, in a word.
  public let outcome: Outcome
  /// Its resets, in order.
  public let resets: [ExplainedReset]
  /// What else is to be said of it.
  public let findings: [Finding]
  /// What another capture shows of it; nil where none is compared, or none shows it.
  public let comparison: ConnectionComparison?

  /// How a connection ended, as far as the capture shows.
  public enum Outcome: String, Hashable, Sendable, CaseIterable {
    /// The SYN was refused.
    case refused
    /// It was reset.
    case reset
    /// Both sides closed in order.
    case closed
    /// Nobody answered the SYN.
    case unanswered
    /// An ICMP error refused it.
    case unreachable
    /// It was open when the capture ended, or its end was not captured.
    case open
  }

  init(
    _ connection: CapturedConnection, hosts: HostTable, ended: Moment,
    comparison: Comparison? = nil
  ) {
    self.comparison = comparison?.comparison(of: connection)
    self.connection = connection
    let cases = connection.resets.indices.map { number in
      let reset = connection.resets[number]
      return ResetCase(
        reset: reset, connection: connection, hosts: hosts, number: number,
        origin: comparison?.origin(ofFrame: reset.segment.frame))
    }
    resets = cases.map { seen in
      let (finding, others) = CauseCatalog.judge(seen)
      return ExplainedReset(reset: seen.reset, finding: finding, others: others)
    }
    outcome = Self.outcome(of: connection, resets)
    findings =
      CaptureFindings.about(connection, ended: ended)
      + [IgnoredForgery.finding(zip(cases, resets).map { ($0, $1.finding) })].compactMap(\.self)
  }

  private static func outcome(
    of connection: CapturedConnection, _ resets: [ExplainedReset]
  ) -> Outcome {
    let effective = resets.filter {
      $0.finding.code != .resetIgnored && $0.finding.code != .timeWaitAckReset
    }
    if let first = effective.first {
      let isRefusal = first.reset.side == .server && first.reset.sender.segments == 0
      if isRefusal, first.reset.answered?.flags.contains(.syn) ?? false { return .refused }
      // Both sides had closed before: the reset ended nothing.
      let isLate = first.reset.sender.fin != nil && first.reset.receiver.fin != nil
      return isLate ? .closed : .reset
    }
    if connection.isClosed { return .closed }
    if connection.errors.contains(where: { $0.refusal != nil }), !connection.isEstablished {
      return .unreachable
    }
    let isAsked = connection.clientRecord.opening != nil && connection.serverRecord.segments == 0
    return isAsked ? .unanswered : .open
  }
}

/// A reset, its cause, and what else it could be.
public struct ExplainedReset: Sendable {
  /// The reset.
  public let reset: CapturedReset
  /// The cause, with what shows it: frames take the place of packets.
  public let finding: Finding
  /// Other causes that were weighed, likeliest first.
  public let others: [Finding]
}
