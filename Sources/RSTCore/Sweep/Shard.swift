/// A part of a permutation: every N-th place, so that N parts are the whole and no two overlap.
public struct Shard: Hashable, Sendable {
  /// Which part: 0..<count.
  public let index: UInt64
  /// How many parts there are.
  public let count: UInt64

  /// All of it.
  public static let whole = Shard(index: 0, count: 1)

  /// The most parts.
  public static let limit = UInt64(1_000_000)

  private init(index: UInt64, count: UInt64) {
    self.index = index
    self.count = count
  }

  /// Makes a part; nil where `index` is not below `count`, or `count` not in 1...1000000.
  public init?(part index: UInt64, of count: UInt64) {
    guard (1...Self.limit).contains(count), index < count else { return nil }
    self.init(index: index, count: count)
  }

  /// Reads `I/N`, where I counts from 1.
  ///
  /// - Parameter text: The text.
  /// - Throws: `TargetTextError`.
  public init(parsing text: String) throws(TargetTextError) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let part = Self.number(parts[0]), let count = Self.number(parts[1]),
      part >= 1, let shard = Self(part: part - 1, of: count)
    else {
      throw TargetTextError(
        "'\(text)' is not I/N with I from 1 to N and N up to 1000000", hint: "as in 1/4")
    }
    self = shard
  }

  /// Reads what the job managers set: a Kubernetes Indexed Job, else a Slurm array.
  ///
  /// `JOB_COMPLETION_INDEX` counts from 0; a Slurm array may begin anywhere, and
  /// `SLURM_ARRAY_TASK_MIN` says where.
  ///
  /// - Parameter value: Gives the value of an environment variable, nil where it is not set.
  /// - Returns: The part; nil where neither is set.
  /// - Throws: `TargetTextError` where what is set makes no sense.
  public static func fromEnvironment(
    _ value: (String) -> String?
  ) throws(TargetTextError) -> Self? {
    if let index = value("JOB_COMPLETION_INDEX"), let count = value("JOB_COMPLETIONS") {
      guard let shard = shard(index, first: "0", of: count) else {
        throw TargetTextError(
          "JOB_COMPLETION_INDEX '\(index)' and JOB_COMPLETIONS '\(count)' name no part")
      }
      return shard
    }
    if let index = value("SLURM_ARRAY_TASK_ID"), let count = value("SLURM_ARRAY_TASK_COUNT") {
      let first = value("SLURM_ARRAY_TASK_MIN") ?? "0"
      guard let shard = shard(index, first: first, of: count) else {
        throw TargetTextError(
          "SLURM_ARRAY_TASK_ID '\(index)' and SLURM_ARRAY_TASK_COUNT '\(count)' name no part")
      }
      return shard
    }
    return nil
  }

  private static func shard(_ index: String, first: String, of count: String) -> Self? {
    guard let index = number(index[...]), let first = number(first[...]), index >= first,
      let count = number(count[...])
    else { return nil }
    return Self(part: index - first, of: count)
  }

  private static func number(_ text: Substring) -> UInt64? {
    guard (1...10).contains(text.utf8.count),
      text.utf8.allSatisfy({ (0x30...0x39).contains($0) })
    else { return nil }
    return UInt64(text)
  }

  /// How many of so many places are in it.
  public func size(of total: UInt64) -> UInt64 {
    total > index ? (total - index + count - 1) / count : 0
  }

  /// The place in the whole of a place in this part.
  @inline(__always)
  func whole(_ place: UInt64) -> UInt64 { place * count + index }

  /// The place in this part of a place in the whole; nil where that belongs to another part.
  @inline(__always)
  func part(_ place: UInt64) -> UInt64? {
    if count == 1 { return place }
    return place % count == index ? place / count : nil
  }
}

extension Shard: CustomStringConvertible {
  /// As the command line has it.
  public var description: String { "\(index + 1)/\(count)" }
}
