import RSTWire

/// Packets that wait to be sent: some now, in order, some when their time has come.
struct SendQueue: Sendable {
  private var ready: [Transmission] = []
  private var taken = 0
  private var scheduled: [(due: Moment, transmission: Transmission)] = []

  /// Whether a packet waits that may be sent now.
  var hasReady: Bool { taken < ready.count }
  /// How many wait.
  var count: Int { ready.count - taken + scheduled.count }
  /// When the next of those comes due that wait for their time.
  var nextDue: Moment? { scheduled.first?.due }

  /// Takes a packet to be sent now.
  mutating func add(_ transmission: Transmission) { ready.append(transmission) }

  /// Takes a packet to be sent at a later moment.
  mutating func add(_ transmission: Transmission, due: Moment) {
    let place = scheduled.firstIndex { $0.due > due } ?? scheduled.count
    scheduled.insert((due, transmission), at: place)
  }

  /// The next packet to send at this moment.
  mutating func next(at now: Moment) -> Transmission? {
    while let first = scheduled.first, first.due <= now {
      ready.append(first.transmission)
      scheduled.removeFirst()
    }
    guard taken < ready.count else {
      ready.removeAll(keepingCapacity: true)
      taken = 0
      return nil
    }
    taken += 1
    return ready[taken - 1]
  }

  /// Forgets everything that waits.
  mutating func clear() { self = SendQueue() }

  /// Forgets everything that waits but the acknowledgements of some attempts: the last one of a
  /// connection ends it.
  mutating func clear(keepingAcknowledgementsOf attempts: Set<Int>) {
    let kept = (taken..<ready.count).filter {
      attempts.contains(ready[$0].attempt) && isAcknowledgement(ready[$0].draft)
    }.map { ready[$0] }
    clear()
    ready = kept
  }

  private func isAcknowledgement(_ draft: PacketDraft) -> Bool {
    draft.segment?.flags == .acknowledgement
  }
}
