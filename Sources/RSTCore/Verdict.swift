/// The state of the port.
///
/// VOCABULARY: `verdict.port`.
public enum PortState: String, Hashable, Sendable, CaseIterable {
  /// A handshake completes.
  case open
  /// The target's own stack refuses: no listener.
  case closed
  /// A packet filter refuses on purpose.
  case rejected
  /// Nothing comes back, and that is not chance.
  case dropped
  /// A listener exists and does not take the connection now.
  case overloaded
  /// A router says that there is no way to the host.
  case unreachable
  /// The evidence does not separate two or more of the above.
  case inconclusive
}

/// Who made the decisive packet.
///
/// VOCABULARY: `verdict.responder`.
public enum Responder: String, Hashable, Sendable, CaseIterable {
  /// The target's own TCP stack.
  case host
  /// A packet filter on the target itself.
  case hostFirewall = "host-firewall"
  /// A device on the path.
  case networkDevice = "network-device"
  /// A third party that adds forged packets.
  case injector
  /// Nothing answered.
  case none
  /// Not known.
  case unknown
}

/// One reading of the evidence that could not be excluded.
public struct Alternative: Hashable, Sendable {
  /// The state of the port in this reading.
  public var port: PortState
  /// Who answered in this reading.
  public var responder: Responder
  /// How likely, 0...1.
  public var confidence: Double

  /// Makes an alternative.
  public init(port: PortState, responder: Responder, confidence: Double) {
    self.port = port
    self.responder = responder
    self.confidence = confidence
  }
}

/// The answer to the question that was asked.
public struct Verdict: Hashable, Sendable {
  /// The state of the port.
  public var port: PortState
  /// Who made the decisive packet.
  public var responder: Responder
  /// How sure, 0...1.
  public var confidence: Double
  /// Whether a witness at the target proves who answers.
  public var isProven = false
  /// The responder's distance in hops (first router = 1), where it is known.
  public var hop: Int?
  /// The interval of hops that the evidence leaves, where there is one.
  public var hopRange: ClosedRange<Int>?
  /// Other readings, most likely first; at least two where the port is inconclusive.
  public var alternatives: [Alternative]

  /// Makes a verdict.
  public init(
    port: PortState, responder: Responder, confidence: Double, hop: Int? = nil,
    hopRange: ClosedRange<Int>? = nil, alternatives: [Alternative] = []
  ) {
    self.port = port
    self.responder = responder
    self.confidence = confidence
    self.hop = hop
    self.hopRange = hopRange
    self.alternatives = alternatives
  }
}
