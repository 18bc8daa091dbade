import RSTWire

/// What probes with limited hop limits showed of the way to one subject.
public struct Ladder: Hashable, Sendable {
  /// Routers that said "time exceeded", by hop limit.
  public var routers: [Int: Reply] = [:]
  /// Answers in the target's name, by hop limit.
  public var answers: [Int: Reply] = [:]
  /// ICMP refusals, by hop limit.
  public var refusals: [Int: Reply] = [:]
  /// How many attempts at a hop limit drew nothing.
  public var silences: [Int: Int] = [:]

  /// The lowest hop limit that drew a final answer.
  public var firstAnswer: Int? { answers.keys.min() }
  /// The highest hop limit that died at a router on the way.
  public var lastRouter: Int? { routers.keys.max() }

  /// The hop limits between which the answering begins: (died at, answered at].
  ///
  /// A device that answers from its forwarding path, as netfilter does, and a host one hop behind
  /// it begin to answer at the same hop limit. nil when no rung was answered.
  public var begins: ClosedRange<Int>? { interval(endingAt: firstAnswer) }

  /// The same for refusals.
  public var refusalBegins: ClosedRange<Int>? { interval(endingAt: refusals.keys.min()) }

  /// Whether anything came back from the end of the way.
  public var isAnswered: Bool { !answers.isEmpty || !refusals.isEmpty }

  private func interval(endingAt end: Int?) -> ClosedRange<Int>? {
    guard let upper = end else { return nil }
    let lower = routers.keys.filter { $0 < upper }.max() ?? 0
    return lower + 1...upper
  }

  /// Whether the hop limit at which the answering begins is known exactly.
  public var isExact: Bool { begins.map { $0.count == 1 } ?? false }

  init(_ exchanges: [Exchange]) {
    for exchange in exchanges where exchange.hasLeft {
      let rung = Int(exchange.attempt.draft.hopLimit)
      if let reply = exchange.replies.first(where: { $0.kind == .timeExceeded }) {
        routers[rung] = routers[rung] ?? reply
      } else if let reply = exchange.directReply {
        answers[rung] = answers[rung] ?? reply
      } else if let refusal = exchange.refusal?.reply {
        refusals[rung] = refusals[rung] ?? refusal
      } else if exchange.attempt.isSettled {
        silences[rung, default: 0] += 1
      }
    }
  }
}
