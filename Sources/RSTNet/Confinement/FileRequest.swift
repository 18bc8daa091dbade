/// What a confined process asks of the one that keeps its files, and how that is written down.
///
/// Octets: what is asked, which output, which of a directory's files, 0; then the number of octets
/// that follow, in 8 octets of the processor's order; then these.
struct FileRequest: Hashable {
  /// What is asked.
  enum Kind: UInt8 {
    /// To make a directory ready.
    case prepare
    /// To replace a file.
    case write
    /// To remove a file.
    case remove
  }

  var kind: Kind
  /// The place of the output in the list that both processes know.
  var output: Int
  /// The place of the file's name in the list of a directory's names.
  var name = 0
  /// How many octets the file gets; they follow.
  var count = 0

  /// How many octets a request has, without those of a file.
  static let size = 12

  /// Reads a request; nil where it is none.
  init?(parsing octets: [UInt8]) {
    guard octets.count == Self.size, let kind = Kind(rawValue: octets[0]) else { return nil }
    let count = octets[4...].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard count <= UInt64(Self.limit) else { return nil }
    self.kind = kind
    output = Int(octets[1])
    name = Int(octets[2])
    self.count = Int(count)
  }

  init(_ kind: Kind, output: Int, name: Int = 0, count: Int = 0) {
    self.kind = kind
    self.output = output
    self.name = name
    self.count = count
  }

  /// The octets of the request.
  var encoded: [UInt8] {
    [kind.rawValue, UInt8(clamping: output), UInt8(clamping: name), 0]
      + (0..<8).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) }
  }

  /// The largest file, in octets.
  static let limit = 1 << 32
}

/// How a request ended.
enum FileReply: Hashable {
  /// All is done.
  case done
  /// Why not.
  case refused(OutputObstacle)

  /// Its octets: the system's number or 0, then, of a stranger in a directory, the name.
  var encoded: [UInt8] {
    switch self {
    case .done: Self.octets(of: 0) + Self.octets(of: 0)
    case .refused(.system(let failure)): Self.octets(of: failure.number) + Self.octets(of: 0)
    case .refused(.stranger(let name)):
      Self.octets(of: 0) + Self.octets(of: Int32(name.utf8.count)) + Array(name.utf8)
    }
  }

  /// How many octets stand before a name.
  static let size = 8

  /// How long the name is that follows these octets.
  static func nameLength(in octets: [UInt8]) -> Int { max(Int(number(octets[4...])), 0) }

  /// Reads a reply: the octets before a name, and the name.
  init(_ octets: [UInt8], name: [UInt8]) {
    let number = Self.number(octets[..<4])
    if number != 0 {
      self = .refused(.system(SystemFailure(number: number)))
    } else if name.isEmpty {
      self = .done
    } else {
      self = .refused(.stranger(String(decoding: name, as: UTF8.self)))
    }
  }

  private static func octets(of number: Int32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
  }

  private static func number(_ octets: ArraySlice<UInt8>) -> Int32 {
    Int32(bitPattern: octets.reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) })
  }
}
