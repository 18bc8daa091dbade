/// The last segments of a connection, in a place of a fixed size.
///
/// Nothing is allocated for a segment, and whether it came before is mostly told without looking at
/// the others.
struct RecentSegments: Sendable {
  private var marks: [10 of UInt32] = .init(repeating: 0)
  private var segments: [10 of LoggedSegment?] = .init(repeating: nil)
  /// Where the next goes: that is the oldest when all places are taken.
  private var next: UInt8 = 0

  /// How many there are at most.
  static let limit = 10

  init() {}

  /// Adds one; the oldest goes where there is no room.
  mutating func append(_ segment: LoggedSegment) {
    let place = Int(next)
    marks[place] = segment.copyMark
    segments[place] = segment
    next = place + 1 == Self.limit ? 0 : next + 1
  }

  /// All of them, oldest first.
  var all: [LoggedSegment] {
    (0..<Self.limit).compactMap { segments[(Int(next) + $0) % Self.limit] }
  }

  /// The newest that a segment is a copy of; nil where there is none.
  ///
  /// Mutating for speed alone: of what is only looked at inside a connection all is copied first.
  mutating func original(of copy: LoggedSegment) -> LoggedSegment? {
    let mark = copy.copyMark
    var isPossible = false
    for place in 0..<Self.limit where marks[place] == mark { isPossible = true }
    return isPossible ? all.last { copy.isCopy(of: $0) } : nil
  }
}
