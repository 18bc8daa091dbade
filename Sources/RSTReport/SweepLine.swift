public import RSTCore
import RSTWire

/// One line of a sweep's output: a port and what is said of it, as JSON.
///
/// Written by hand, since a sweep writes hundreds of thousands of them; the tests read it back.
public struct SweepLine: Sendable {
  /// What is the same in all lines.
  public struct Context: Sendable {
    /// What the sweep asks, and in which order, as a number.
    public var identity: UInt64
    /// Which part it is.
    public var shard: Shard
    /// How many targets the whole has.
    public var targets: UInt64
    /// When it began.
    public var started: Moment

    /// Makes a context.
    public init(identity: UInt64, shard: Shard, targets: UInt64, started: Moment) {
      self.identity = identity
      self.shard = shard
      self.targets = targets
      self.started = started
    }
  }

  private let sweep: String
  private let started: Moment

  /// Prepares lines.
  public init(_ context: Context) {
    sweep =
      "\"sweep\": {\"id\": \"\(String(context.identity, radix: 16))\", \"shard\": \"\(context.shard)\", "
      + "\"targets\": \(context.targets), \"place\": "
    started = context.started
  }

  /// Appends a line with its line break.
  ///
  /// - Parameters:
  ///   - result: What is said.
  ///   - name: How the user named the host.
  ///   - source: The address that was sent from.
  ///   - octets: Where to.
  public func write(
    _ result: SweepResult, name: String, source: String, to octets: inout [UInt8]
  ) {
    let address = "\(result.endpoint.address)"
    let family = result.endpoint.address.family.rawValue
    var text = "{\"target\": {\"name\": "
    text += name == address ? "\"\(address)\"" : JSONValue.quoted(name)
    text +=
      ", \"address\": \"\(address)\", \"port\": \(result.endpoint.port), \"family\": \"\(family)\"}"
    Self.write(result.verdict, to: &text)
    text += ", \"findings\": ["
    for (place, code) in result.codes.enumerated() {
      text += place == 0 ? "{\"code\": \"" : ", {\"code\": \""
      text += code.rawValue
      text += "\"}"
    }
    text += "]"
    if let sender = result.icmpSender { text += ", \"icmp_sender\": \"\(sender)\"" }
    if let reason = result.reason { text += ", \"reason\": \(JSONValue.quoted(reason))" }
    if result.isDeepened { text += ", \"deepened\": true" }
    text += ", \"timing\": {\"at_s\": "
    text += Self.seconds(result.moment.nanoseconds - started.nanoseconds)
    text += ", \"round_trip_s\": "
    text += result.roundTrip.map { Self.seconds($0.nanoseconds) } ?? "null"
    text += ", \"attempts\": \(result.attempts)}, \"vantage\": {\"source\": \"\(source)\"}, "
    text += sweep
    text += "\(result.place)}}\n"
    octets.append(contentsOf: text.utf8)
  }

  private static func write(_ verdict: Verdict, to text: inout String) {
    text += ", \"verdict\": {\"port\": \""
    text += verdict.port.rawValue
    text += "\", \"responder\": \""
    text += verdict.responder.rawValue
    text += "\", \"confidence\": "
    text += hundredths(verdict.confidence)
    text += ", \"hop\": "
    text += verdict.hop.map { "\($0)" } ?? "null"
    text += ", \"hop_range\": "
    text += verdict.hopRange.map { "[\($0.lowerBound), \($0.upperBound)]" } ?? "null"
    text += ", \"alternatives\": ["
    for (place, other) in verdict.alternatives.enumerated() {
      if place > 0 { text += ", " }
      text +=
        "{\"port\": \"\(other.port.rawValue)\", \"responder\": \"\(other.responder.rawValue)\", "
      text += "\"confidence\": \(hundredths(other.confidence))}"
    }
    text += "]}"
  }

  /// A confidence with two places.
  private static func hundredths(_ confidence: Double) -> String {
    let value = Int((min(max(confidence, 0), 1) * 100).rounded())
    return value == 100 ? "1.0" : value < 10 ? "0.0\(value)" : "0.\(value)"
  }

  /// Seconds with six places.
  private static func seconds(_ nanoseconds: Int64) -> String {
    let micros = max(nanoseconds, 0) / 1000
    let rest = "\(micros % 1_000_000)"
    return "\(micros / 1_000_000)." + String(repeating: "0", count: 6 - rest.utf8.count) + rest
  }
}
