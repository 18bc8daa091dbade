/// The ration of challenge ACKs in one word, as far as it is clear.
///
/// Answers are counted by the question that they belong to: those of the burst, then each of the
/// later ones. Lost answers make the count smaller, so the words are ranges. RFC 5961, section 7.
struct ChallengeRateReading {
  /// `2/s`, `3-6/s` or `none`; nil where it is none of them for certain.
  let word: String?

  /// How much later than the first an answer may be and still belong to its question.
  private static let slack = Duration.milliseconds(100)

  /// Nil where nothing was measured, or where others than the host answered.
  init?(_ sessions: Sessions) {
    guard let rate = sessions.results.challengeRate, let begin = rate.asked.first,
      let first = rate.answered.min(), !rate.packets.contains(where: sessions.isForeign)
    else { return nil }
    let later = Array(rate.asked.dropFirst(rate.burst))
    guard rate.burst >= 8, later.count == 3 else { return nil }
    let delay = first - begin
    var counts = [Int](repeating: 0, count: 1 + later.count)
    for answer in rate.answered {
      counts[later.count { $0 + delay <= answer + Self.slack }] += 1
    }
    word = Self.word(burst: counts[0], later: counts[1...].map { $0 > 0 }, of: rate.asked.count)
  }

  private static func word(burst: Int, later: [Bool], of asked: Int) -> String? {
    let answered = burst + later.count { $0 }
    // Within half a second, and after it: net/ipv4/tcp_input.c, tcp_invalid_ratelimit.
    if burst == 1, !later[0], later[1] { return "2/s" }
    if (3...6).contains(burst), !later[0], !later[1], later[2] { return "3-6/s" }
    // One or two of eleven get lost; a limit would take the next two away as well.
    if asked - answered <= 2, later[0] || later[1] { return "none" }
    return nil
  }
}
