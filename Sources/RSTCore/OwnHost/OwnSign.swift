import RSTWire

/// One way in which this machine shows that it changes its own probes, or keeps them back.
///
/// All of them are read from packets and from what the kernel answered: a run cannot list rules.
protocol OwnSign: Sendable {
  /// Reads it; nil where nothing of the kind was seen.
  init?(_ seen: Observations)
  /// What shows it.
  var evidence: Evidence { get }
  /// What was changed, in a few words each.
  var changes: [String] { get }
  /// What heads the report where this is why nothing can be said of the port.
  var headline: String { get }
  /// Where to look on this machine.
  var nextStep: String { get }
}

extension OwnSign {
  /// How much it says: what a machine did to its own packet is seen, not guessed.
  static var weight: Double { 6 }
}

extension [String] {
  /// Each once, in the order in which they came, and how many more there are.
  func few(_ most: Int = 4) -> Self {
    var known: Set<String> = []
    let all = filter { known.insert($0).inserted }
    return all.count > most ? all.prefix(most) + ["\(all.count - most) more"] : all
  }
}
