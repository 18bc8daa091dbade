/// A part of a stream that moves with the reading and grows as far as a block needs.
struct CaptureWindow: ~Copyable {
  /// Holds the part; what is before `start` and behind `available` octets from there is stale.
  private(set) var octets: [UInt8]
  /// Where the octets begin that are still to be read.
  private(set) var start = 0
  private var end = 0
  private var stream: CaptureStream

  /// Octets at the beginning: few calls of the system, and all in the processor's cache.
  static let initialSize = 262_144

  init(_ stream: consuming CaptureStream) {
    octets = [UInt8](repeating: 0, count: Self.initialSize)
    self.stream = stream
  }

  /// How many octets are there to be read.
  var available: Int { end - start }

  /// The system's reason why there are no more; nil where the stream just ends.
  var failure: SystemFailure? { stream.failure }

  /// Makes the next `count` octets available; false where there are fewer.
  ///
  /// It grows with what is there, not with what a length field claims.
  mutating func provide(_ count: Int) -> Bool {
    guard available < count else { return true }
    moveToFront()
    while end < count {
      if end == octets.count {
        octets.append(contentsOf: repeatElement(0, count: octets.count))
      }
      let got = stream.read(into: &octets, from: end)
      guard got > 0 else { return false }
      end += got
    }
    return true
  }

  /// Goes past octets that were read.
  mutating func consume(_ count: Int) { start += count }

  private mutating func moveToFront() {
    guard start > 0 else { return }
    let rest = end - start
    unsafe octets.withUnsafeMutableBytes { memory in
      let source = unsafe UnsafeRawBufferPointer(rebasing: memory[start..<end])
      unsafe memory.copyMemory(from: source)
    }
    start = 0
    end = rest
  }
}
