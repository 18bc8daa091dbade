internal import CLinux
internal import Glibc

/// A file that is replaced as a whole: whoever reads it sees all of the old one or all of the new one.
public enum AtomicFile {
  /// Writes a file.
  ///
  /// The octets go into a new file beside it, which takes its name once it is on disk. Nobody can
  /// foresee the name of the new one, and what stands there already is never opened; where the name
  /// itself is a link, the link is replaced and not what it leads to.
  ///
  /// - Parameters:
  ///   - octets: What is written.
  ///   - path: Where; anybody may read it.
  /// - Throws: `SystemFailure`; then nothing is changed, and nothing left behind.
  public static func write(_ octets: [UInt8], to path: String) throws(SystemFailure) {
    try write(octets, to: path, in: AT_FDCWD)
  }

  /// Writes a file, beginning in a directory that is open.
  static func write(
    _ octets: [UInt8], to path: String, in directory: Int32
  ) throws(SystemFailure) {
    guard !path.isEmpty, !path.utf8.contains(0) else { throw SystemFailure(number: ENOENT) }
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    let parent = parts.dropLast().map { "\($0)/" }.joined()
    // Collectors of a whole directory look at the end of a name: this one is none of theirs.
    let number = String(UInt64.random(in: 0 ... .max), radix: 36)
    let temporary = "\(parent).\(parts[parts.count - 1]).\(number).tmp"
    let descriptor = try make(temporary, in: directory)
    do throws(SystemFailure) {
      try descriptor.write(octets)
      guard fsync(descriptor.number) == 0 else { throw SystemFailure.last }
      guard unsafe renameat(directory, temporary, directory, path) == 0 else {
        throw SystemFailure.last
      }
    } catch {
      _ = unsafe unlinkat(directory, temporary, 0)
      throw error
    }
  }

  /// Makes a file where nothing is, not even a link.
  ///
  /// - Throws: `SystemFailure`, also where something is.
  static func make(
    _ path: String, in directory: Int32 = AT_FDCWD
  ) throws(SystemFailure) -> Descriptor {
    let number = unsafe openat(
      directory, path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o644)
    guard number >= 0 else { throw SystemFailure.last }
    return Descriptor(owning: number)
  }

  /// Removes a file; nothing happens where there is none.
  public static func remove(_ path: String) { _ = unsafe unlink(path) }

  /// Says what would keep a file from being written, without writing it; nil where nothing is known.
  public static func obstacle(to path: String) -> SystemFailure? {
    if let obstacle = CaptureFileWriter.obstacle(to: path) { return obstacle }
    let directory = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    return unsafe access(directory, W_OK | X_OK) == 0 ? nil : SystemFailure.last
  }
}
