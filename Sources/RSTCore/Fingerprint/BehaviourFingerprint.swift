/// How a target behaves, feature by feature, and in one stable line.
///
/// It says what was observed and names nobody; see `candidates(among:)` for that.
///
/// The line is `fp1` and then one field a group, in the order of `FingerprintFeature.Group`: the
/// group's name, `=`, and the values of its features in their order, separated by commas.
///
///     fp1 resets=R,R,0,copied,?,0D,echoed,? rst=C,C,C,C,K,-,-,-,K syn=C,C,C,C,C listen=-,-,-,?
///     closed=RA+1,RA+1,RA+0,RA+2,RA+1 rate=2/s data=C,C,D,C,C,C odd=-,- half-open=R,C,K,C,R
///
/// (one line, here in two). The form is public: groups and features keep their places, and what is
/// added later comes in groups of its own behind the last one.
///
/// Values of answers to stray segments (`listen-...`, `closed-...`):
/// - `R` a reset without ACK, `Ra` the same with an acknowledgement field that is not 0, `RA+n` a
///   reset with ACK that acknowledges the probe's sequence number + n;
/// - `SA` a SYN ACK, `S` a SYN, `C` an ACK, `-` silence.
///
/// On an established connection (`rst-...`, `syn-...`, `ack-...`, `data-...` and so on):
/// - `C` a challenge ACK, and the connection lives; of data: it is not taken;
/// - `-` silence, and it lives; `K` silence, and it is gone; `RK` a reset, and it is gone;
/// - `D` what the segment carries is taken, a FIN too.
///
/// In SYN-RECEIVED: `C` an acknowledgement of the first SYN, `R` a reset, `SA` a SYN ACK for the
/// second SYN, `SAr` the first one again; `-` silence, and the half-open connection stands, `K`
/// silence, and it is gone.
///
/// Fields of resets: `reset-window` is `0`, the `probe`'s own or `other`; `reset-tos` and
/// `reset-traffic-class` `copied` from the probe, `0` or `other`; `reset-id` `0` or, for anything
/// else, `i`, with `D` where don't fragment is set; `reset-route` `echoed` or `none`;
/// `reset-flow-label` of its `own`, `0` or the `probe`'s.
///
/// `challenge-rate` is what becomes of eight resets inside the window at once and three within the
/// second after: `2/s` one is answered, and one again after 500 ms; `3-6/s` as many, and none
/// before a second is over; `none` all.
///
/// `?` stands for what was not measured, is not clear, came from another hop limit than the host's
/// own connections, or may have been changed or dropped by the path.
public struct BehaviourFingerprint: Hashable, Sendable {
  /// The version that every line begins with.
  public static let version = "fp1"

  private let known: [FingerprintFeature: String]

  /// Makes a fingerprint of known values; what a feature cannot say is left out.
  public init(_ values: [FingerprintFeature: String]) {
    known = values.filter { $0.key.values.contains($0.value) }
  }

  /// Reads a fingerprint from everything that a run observed.
  public init(_ seen: Observations) {
    let sessions = Sessions(seen)
    let resets = ResetFeatures(seen, hopLimits: Self.hopLimits(seen, sessions))
    var values = resets.values
    if let sessions {
      let connections = ConnectionFeatures(seen, sessions, resets: values)
      values.merge(connections.values) { first, _ in first }
    }
    self.init(values)
  }

  /// The value of a feature; `?` where it is not known.
  public subscript(feature: FingerprintFeature) -> String {
    known[feature] ?? FingerprintFeature.unknown
  }

  /// The features that are known.
  public var measured: [FingerprintFeature] {
    FingerprintFeature.allCases.filter { known[$0] != nil }
  }

  /// Every feature with its value, in order.
  public var features: [(key: String, value: String)] {
    FingerprintFeature.allCases.map { ($0.key, self[$0]) }
  }

  /// The line: always the same fields.
  public var line: String {
    let groups = Dictionary(grouping: FingerprintFeature.allCases, by: \.group)
    let fields = FingerprintFeature.Group.allCases.map { group in
      let values = (groups[group] ?? []).map { self[$0] }
      return "\(group.rawValue)=\(values.joined(separator: ","))"
    }
    return ([Self.version] + fields).joined(separator: " ")
  }

  /// The hop limits of the host's own connections; where none was seen to live, of its SYN ACKs.
  private static func hopLimits(_ seen: Observations, _ sessions: Sessions?) -> Set<UInt8> {
    if let own = sessions?.hopLimits, !own.isEmpty { return own }
    return Set(seen.allSYNs.compactMap(\.synAck).map(\.hopLimit))
  }
}

extension BehaviourFingerprint: CustomStringConvertible {
  /// The line.
  public var description: String { line }
}
