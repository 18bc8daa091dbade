internal import RSTCore

/// What `/probe` is asked for.
struct ProbeRequest: Hashable, Sendable {
  var target: ProbeTarget
  var checks: Set<Check> = [.handshake]
  /// The states of the port that are success; empty for each that can be told.
  var expected: Set<PortState> = []
  /// How long the answer may take.
  var limit: Duration

  /// What may be done for whoever asks: it opens no connection but the handshake's own.
  static let gentle: [Check] = [.handshake, .path]
  /// How long an answer may take where nobody says, and at most.
  static let limits = (usual: Duration.seconds(30), longest: Duration.seconds(120))
  /// What is left of Prometheus' patience for the answer's way back.
  private static let margin = 0.5

  /// Reads the parameters of a request.
  ///
  /// - Parameters:
  ///   - query: Names and values, decoded.
  ///   - scrapeTimeout: The field `X-Prometheus-Scrape-Timeout-Seconds`; nil where there is none.
  /// - Throws: `RequestRefusal` with status 400.
  init(query: [(name: String, value: String)], scrapeTimeout: String?) throws(RequestRefusal) {
    var values: [String: String] = [:]
    for (name, value) in query {
      guard ["target", "checks", "expect"].contains(name) else {
        throw RequestRefusal(
          .malformed, "there is no parameter '\(name)'; there are target, checks and expect")
      }
      guard values.updateValue(value, forKey: name) == nil else {
        throw RequestRefusal(.malformed, "parameter '\(name)' is given twice")
      }
    }
    guard let text = values["target"] else {
      throw RequestRefusal(.malformed, "parameter 'target' is missing: /probe?target=HOST:PORT")
    }
    target = try ProbeTarget(parsing: text)
    limit = try Self.limit(scrapeTimeout)
    for word in Self.words(values["checks"]) {
      guard let check = Self.gentle.first(where: { $0.rawValue == word }) else {
        let names = Self.gentle.map(\.rawValue).joined(separator: ", ")
        throw RequestRefusal(.malformed, "check '\(word)' is not done here; there are \(names)")
      }
      checks.insert(check)
    }
    for word in Self.words(values["expect"]) {
      guard let state = PortState(rawValue: word), state != .inconclusive else {
        let names = PortState.allCases.filter { $0 != .inconclusive }.map(\.rawValue)
        throw RequestRefusal(
          .malformed, "no port is '\(word)'; there are \(names.joined(separator: ", "))")
      }
      expected.insert(state)
    }
  }

  private static func words(_ list: String?) -> [String] {
    list?.split(separator: ",", omittingEmptySubsequences: false).map(String.init) ?? []
  }

  private static func limit(_ text: String?) throws(RequestRefusal) -> Duration {
    guard let text else { return limits.usual }
    guard let seconds = Double(text), seconds.isFinite, seconds > 0 else {
      throw RequestRefusal(.malformed, "X-Prometheus-Scrape-Timeout-Seconds '\(text)' is no time")
    }
    return min(.seconds(min(max(seconds - margin, margin), 1e6)), limits.longest)
  }
}
