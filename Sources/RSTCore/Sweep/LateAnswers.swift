/// What targets that answered late say of those that may still do.
///
/// Where a part of the space loses some of what is sent, each pass over the silent targets brings fewer
/// answers from there, by the share that is lost; control probes, which go everywhere, hardly show that.
/// The last of those targets is not silent, however few they are by then.
struct LateAnswers: Hashable, Sendable {
  /// New answers of each pass after the first.
  private var passes: [Int] = []
  /// How many passes in a row brought none, at the end, while control probes were answered.
  private(set) var quiet = 0

  /// From so few answers no share can be told.
  private static let telling = 8

  /// Takes note of a pass that is over.
  ///
  /// - Parameters:
  ///   - count: New answers.
  ///   - isProven: Whether the control probes around it were answered.
  mutating func passed(_ count: Int, isProven: Bool) {
    passes.append(count)
    if count > 0 {
      quiet = 0
    } else if isProven {
      quiet += 1
    }
  }

  /// How many came in later passes than the first that asked again.
  var later: Int { passes.dropFirst().reduce(0, +) }

  /// The share that is lost where the late answers came from: of those that came in the end; nil where
  /// none came late.
  ///
  /// What is rationed comes evenly, and ends with its last: the end alone is looked at.
  var loss: Double? {
    var rest = 0
    for (pass, count) in passes.enumerated().reversed() {
      let all = rest + count
      if all >= Self.telling || pass == 0 {
        return all > 0 ? Double(rest + 1) / Double(all + 2) : nil
      }
      rest = all
    }
    return nil
  }

  /// How many passes without an answer exclude that one of those targets is left.
  var needed: Int {
    guard let loss, let last = passes.last(where: { $0 > 0 }) else { return 0 }
    var left = Double(last) * loss / (1 - loss)
    var passes = 0
    while left > SilenceReading.risk, passes < SilenceReading.most {
      left *= loss
      passes += 1
    }
    return passes
  }

  /// Whether nobody is left who loses some of what is sent.
  var areOver: Bool { quiet >= needed }
}
