import RSTWire

/// What a capture covers: when it ran, and whom it hears.
///
/// What it cannot see proves nothing.
struct Coverage: Sendable {
  private(set) var first: Moment?
  private(set) var last: Moment?
  /// The highest hop limit of each sender.
  private(set) var senders: [IPAddress: UInt8] = [:]

  /// How many senders are remembered; of others it is not known whether they are heard.
  private static let mostSenders = 50_000

  mutating func ran(at moment: Moment) {
    first = min(first ?? moment, moment)
    last = max(last ?? moment, moment)
  }

  mutating func heard(_ address: IPAddress, hopLimit: UInt8) {
    if let known = senders[address] {
      if known < hopLimit { senders[address] = hopLimit }
    } else if senders.count < Self.mostSenders {
      senders[address] = hopLimit
    }
  }

  /// Whether packets of this host come by.
  func hears(_ address: IPAddress) -> Bool { senders[address] != nil }

  /// Whether it ran from one moment to another, in its own time.
  func ran(from start: Moment, to end: Moment) -> Bool {
    guard let first, let last else { return false }
    return first <= start && end <= last
  }
}
