/// What the wire between prober and first router does to packets, each way alike.
public struct Faults: Hashable, Sendable {
  /// One way.
  public var latency: Duration
  /// Up to this much more, evenly spread: packets overtake each other.
  public var jitter: Duration = .zero
  /// The chance that a packet is lost, 0...1.
  public var loss = 0.0
  /// The chance that a packet arrives twice, 0...1.
  public var duplication = 0.0
  /// The chance that a packet is held up for `hold`, 0...1.
  public var reordering = 0.0
  /// How long a packet is held up that others shall overtake.
  public var hold = Duration.milliseconds(5)

  /// Makes a wire without faults.
  public init(latency: Duration = .milliseconds(10)) { self.latency = latency }

  /// 20 ms round trip, loss as given, 1 % duplication, and reordering.
  public static func lossy(_ loss: Double) -> Self {
    var faults = Self()
    faults.jitter = .milliseconds(1)
    faults.loss = loss
    faults.duplication = 0.01
    faults.reordering = 0.02
    return faults
  }

  /// How long after its sending each copy of a packet arrives; none when it is lost.
  public func crossings(using generator: inout SeededGenerator) -> [Duration] {
    guard !chance(loss, &generator) else { return [] }
    let copies = chance(duplication, &generator) ? 2 : 1
    return (0..<copies).map { copy in
      var delay = latency + .microseconds(20 * copy)
      delay += jitter * Double.random(in: 0..<1, using: &generator)
      if chance(reordering, &generator) { delay += hold }
      return delay
    }
  }

  private func chance(_ probability: Double, _ generator: inout SeededGenerator) -> Bool {
    probability > 0 && Double.random(in: 0..<1, using: &generator) < probability
  }
}
