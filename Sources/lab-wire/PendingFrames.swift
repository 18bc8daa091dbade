/// A frame on its way through the wire.
struct PendingFrame {
  /// When it leaves, in nanoseconds of the monotonic clock.
  var due: UInt64
  /// Counts up, so that frames due together leave in the order in which they came.
  var order: UInt64
  /// The end at which it arrived: 0 or 1.
  var origin: Int
  var octets: [UInt8]

  fileprivate func precedes(_ other: Self) -> Bool {
    due != other.due ? due < other.due : order < other.order
  }
}

/// The frames in the wire, earliest first: a binary heap.
struct PendingFrames {
  private var heap: [PendingFrame] = []
  private var nextOrder: UInt64 = 0

  /// When the next frame leaves, nil when the wire is empty.
  var nextDue: UInt64? { heap.first?.due }

  mutating func insert(_ octets: [UInt8], due: UInt64, origin: Int) {
    heap.append(
      PendingFrame(due: due, order: nextOrder, origin: origin, octets: octets))
    nextOrder += 1
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard heap[child].precedes(heap[parent]) else { break }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  /// Takes the earliest frame if it is due.
  mutating func removeFirst(dueBy now: UInt64) -> PendingFrame? {
    guard let first = heap.first, first.due <= now else { return nil }
    let last = heap.removeLast()
    guard !heap.isEmpty else { return first }
    heap[0] = last
    var parent = 0
    while true {
      var child = 2 * parent + 1
      guard child < heap.count else { break }
      if child + 1 < heap.count, heap[child + 1].precedes(heap[child]) { child += 1 }
      guard heap[child].precedes(heap[parent]) else { break }
      heap.swapAt(child, parent)
      parent = child
    }
    return first
  }
}
