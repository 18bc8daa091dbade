public import RSTWire

/// A reset as captured, with the packet of ours that it answers.
public struct ResetSample: Hashable, Sendable {
  /// The reset.
  public var reset: Packet
  /// The packet of ours, as it left.
  public var trigger: Packet
  /// How long after it the reset came.
  public var delay: Duration

  /// Makes a sample.
  public init(reset: Packet, trigger: Packet, delay: Duration) {
    self.reset = reset
    self.trigger = trigger
    self.delay = delay
  }
}

/// What resets of one origin look like, in one stable line that users can compare and contribute.
///
/// The line says nothing of addresses, ports, numbers or times, so that runs can be compared. What
/// would take a second trigger with another value to know ends in `?`.
public struct ResetSignature: Hashable, Sendable {
  /// What is looked at, in the order of the line.
  public enum Feature: String, CaseIterable, Hashable, Sendable {
    /// The control bits: their letters in the order SFRPAUEC, several sets with commas between.
    case flags
    /// The most that came for one trigger: `1`, `2`, `3` or `many`.
    case copies
    /// The sequence numbers of the copies, from the trigger's acknowledgement: `+0`, a number of
    /// octets, steps of the trigger's window (`+win`, `+win/2`) or length (`+len`); `zero`, `other`,
    /// `varies`.
    case sequence = "seq"
    /// The acknowledgement: `end` of the trigger, `end+1`, `start`, `start+1`, `seq` (the reset's own
    /// sequence number), `zero`, `other`, `varies`.
    case acknowledgement = "ack"
    /// The IPv4 identification: `zero`, `copied`, `copied+1`, `same` in all copies for a trigger,
    /// `fixed` for all triggers, `varies`; `none` for IPv6.
    case identification = "id"
    /// Don't fragment: `1`, `0`, `varies`; `none` for IPv6.
    case dontFragment = "df"
    /// Type of service or traffic class: `0`, `copied` (but for ECN), a number, `varies`.
    case trafficClass = "tos"
    /// The window field: `0`, `copied`, a number, `varies`.
    case window = "win"
    /// The TTL on arrival: `fixed`, `copied` (more where the trigger's was more), `mirrored` (less
    /// where it was more), `varies`; with the TTL that it left with, where that is known.
    case hopLimit = "ttl"
    /// The kinds of the TCP options in their order; `-` for none.
    case options = "opts"
    /// What the payload begins with: text, with `_` for spaces, or `hex:`; `-` for none.
    case payload
    /// The four reserved bits as a number.
    case reserved
    /// What was answered: `syn`, `data`, `fin`, `ack`, `other`.
    case trigger = "on"
  }

  /// What each feature shows, as the line has it.
  public let values: [Feature: String]
  /// What is certain of each feature: words of the table of injectors.
  let words: [Feature: Set<String>]
  /// The identifications seen; empty for IPv6.
  let identifications: Set<UInt16>
  /// How many triggers were answered.
  let triggers: Int

  /// Reads the signature of resets that one sender made; nil where there is no reset.
  ///
  /// - Parameters:
  ///   - samples: The resets; they may be from several connections. Packets without TCP are passed
  ///     over.
  ///   - hop: The sender's distance where it is known: 1 for the first router.
  public init?(_ samples: [ResetSample], hop: Int? = nil) {
    let reading = ResetReading(samples, hop: hop)
    guard !reading.samples.isEmpty else { return nil }
    let found = reading.features
    values = found.mapValues(\.text)
    words = found.mapValues(\.words)
    identifications = Set(reading.samples.compactMap(\.reset.network.identification))
    triggers = reading.groups.count
  }

  /// The signature in one line of printable ASCII.
  ///
  /// It begins with the version of its vocabulary.
  public var line: String {
    let fields = Feature.allCases.map { "\($0.rawValue)=\(values[$0] ?? "?")" }
    return "inj1 " + fields.joined(separator: " ")
  }
}
