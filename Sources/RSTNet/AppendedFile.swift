internal import CLinux
internal import Glibc

/// A file that grows by whole pieces: each is there to its end or not at all.
public final class AppendedFile {
  /// How many octets it has.
  public private(set) var count: Int

  private let descriptor: Descriptor

  /// Makes the file, or empties one that is there.
  ///
  /// - Throws: `SystemFailure`.
  public init(path: String) throws(SystemFailure) {
    descriptor = try Self.open(path, O_WRONLY | O_CREAT | O_TRUNC)
    count = 0
  }

  /// Goes on with a file that is there; nil where it does not begin as it should.
  ///
  /// - Parameters:
  ///   - path: Where.
  ///   - beginning: How it has to begin.
  ///   - end: Where it may be cut: behind the last of these, and before its first octet where there is
  ///     none in its last mebibyte.
  /// - Throws: `SystemFailure`.
  public init?(
    continuing path: String, beginning: String, cutBehind end: String
  ) throws(SystemFailure) {
    let descriptor = try Self.open(path, O_RDWR)
    let start = try Self.read(descriptor, from: 0, beginning.utf8.count)
    guard start.elementsEqual(beginning.utf8) else { return nil }
    let size = lseek(descriptor.number, 0, SEEK_END)
    guard size >= 0 else { throw SystemFailure.last }
    let first = max(size - Self.reach, 0)
    let rest = try Self.read(descriptor, from: first, size - first)
    let mark = Array(end.utf8)
    var place = rest.count - mark.count
    while place >= 0, !rest[place...].starts(with: mark) { place -= 1 }
    count = place < 0 ? 0 : first + place + mark.count
    self.descriptor = descriptor
    try cut(to: count)
  }

  /// How far from the end a place to cut is looked for, in octets.
  private static let reach = 1 << 20

  private static func open(_ path: String, _ flags: Int32) throws(SystemFailure) -> Descriptor {
    guard !path.isEmpty, !path.utf8.contains(0) else { throw SystemFailure(number: ENOENT) }
    let number = unsafe Glibc.open(path, flags | O_APPEND | O_CLOEXEC, 0o644)
    guard number >= 0 else { throw SystemFailure.last }
    return Descriptor(owning: number)
  }

  private static func read(
    _ descriptor: borrowing Descriptor, from place: Int, _ count: Int
  ) throws(SystemFailure) -> [UInt8] {
    guard lseek(descriptor.number, place, SEEK_SET) >= 0 else { throw SystemFailure.last }
    return Array(try descriptor.read(limit: count).prefix(count))
  }

  /// Adds text.
  ///
  /// - Throws: `SystemFailure`, for instance on a full disk; then nothing of it is left.
  public func write(_ text: String) throws(SystemFailure) {
    let octets = Array(text.utf8)
    do throws(SystemFailure) { try descriptor.write(octets) } catch {
      try? cut(to: count)
      throw error
    }
    count += octets.count
  }

  /// Takes away what was written last.
  ///
  /// - Parameter count: How many octets are left.
  /// - Throws: `SystemFailure`, for instance where it is a pipe.
  public func cut(to count: Int) throws(SystemFailure) {
    guard ftruncate(descriptor.number, count) == 0 else { throw SystemFailure.last }
    self.count = count
  }
}
