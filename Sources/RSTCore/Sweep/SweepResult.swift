public import RSTWire

/// What a sweep says of one port.
public struct SweepResult: Hashable, Sendable {
  /// The port.
  public var endpoint: Endpoint
  /// Its state and who said so.
  public var verdict: Verdict
  /// The findings that a full investigation would list, as far as a sweep can know.
  public var codes: [FindingCode]
  /// Who sent the ICMP error that decided; nil where none did.
  public var icmpSender: IPAddress?
  /// Why nothing better can be said; nil where there is no need.
  public var reason: String?
  /// How many SYNs it was sent, 1 or more.
  public var attempts: Int
  /// From the SYN to its answer, where that was measured.
  public var roundTrip: Duration?
  /// When it was known.
  public var moment: Moment
  /// Its place in the order of the whole sweep, all parts together.
  public var place: UInt64
  /// Whether a full investigation had the last word.
  public var isDeepened: Bool

  /// Makes a result.
  public init(
    endpoint: Endpoint, verdict: Verdict, codes: [FindingCode] = [], icmpSender: IPAddress? = nil,
    reason: String? = nil, attempts: Int = 1, roundTrip: Duration? = nil,
    moment: Moment = Moment(nanoseconds: 0), place: UInt64 = 0, isDeepened: Bool = false
  ) {
    self.endpoint = endpoint
    self.verdict = verdict
    self.codes = codes
    self.icmpSender = icmpSender
    self.reason = reason
    self.attempts = attempts
    self.roundTrip = roundTrip
    self.moment = moment
    self.place = place
    self.isDeepened = isDeepened
  }

  /// Whether a full investigation may say more.
  public var isAmbiguous: Bool {
    verdict.port == .inconclusive || codes.contains(.synProxy)
  }
}
