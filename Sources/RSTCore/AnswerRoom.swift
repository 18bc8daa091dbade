import RSTWire

/// How much is kept of what comes for each attempt, so that no flood of garbage, of copies or of packets in
/// our own name buries an answer or takes all memory.
struct AnswerRoom: Sendable {
  /// How many strays came for each attempt that met any.
  private(set) var strays: [Int: Int] = [:]
  private var wrongResets: [Int: Int] = [:]
  private var sent: [Int: Int] = [:]

  /// How many strays of one attempt are kept, how many resets with wrong numbers, and how many packets in
  /// our own name: a run sends far fewer.
  private static let most = (strays: 4, wrongResets: 8, sent: 1_000)
  /// How many copies of one packet are kept that come together, the first among them.
  private static let mostCopies = 4

  /// Whether there is room for one more packet of ours that left for an attempt.
  mutating func admitsSent(of number: Int) -> Bool {
    sent[number, default: 0] += 1
    return sent[number, default: 0] <= Self.most.sent
  }

  /// Whether there is room for one more packet that came for an attempt.
  ///
  /// - Parameters:
  ///   - packet: What came.
  ///   - number: The attempt that it came for.
  ///   - moment: When.
  ///   - transcript: What is kept so far.
  ///   - isAwaited: Whether a conversation goes on with it, however much there is.
  /// - Returns: Whether it is to be kept.
  mutating func admits(
    _ packet: Packet, of number: Int, at moment: Moment, in transcript: Transcript,
    isAwaited: Bool = false
  ) -> Bool {
    guard !Self.isCopy(packet, of: number, at: moment, in: transcript) else { return false }
    let attempt = transcript.attempts[number]
    let record = RecordedPacket(
      index: 0, moment: moment, direction: .received, packet: packet, attempt: number)
    if let reply = Reply(record, to: attempt, asked: attempt.started) {
      if reply.isStray(of: attempt.draft) {
        strays[number, default: 0] += 1
        return strays[number, default: 0] <= Self.most.strays
      }
      if reply.kind == .unacceptableReset {
        wrongResets[number, default: 0] += 1
        return wrongResets[number, default: 0] <= Self.most.wrongResets
      }
    }
    return attempt.answers.count < Attempt.mostAnswers || isAwaited
  }

  /// Whether a packet is one of many copies that come together: whoever says everything a hundred times
  /// shall not bury what he says next.
  static func isCopy(
    _ packet: Packet, of number: Int, at moment: Moment, in transcript: Transcript
  ) -> Bool {
    let last = transcript.attempts[number].answers.suffix(mostCopies)
    return last.count == mostCopies
      && last.allSatisfy {
        transcript.packets[$0].packet.octets == packet.octets
          && moment - transcript.packets[$0].moment < ClientConnection.copyInterval
      }
  }
}
