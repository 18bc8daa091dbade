internal import CLinux
internal import Glibc

/// A file that is replaced as a whole: whoever reads it sees the old text or the new one.
public enum AtomicFile {
  /// Writes a file.
  ///
  /// The text goes into a new file beside it, which takes its name once it is on disk.
  ///
  /// - Parameters:
  ///   - text: What is written.
  ///   - path: Where; anybody may read it.
  /// - Throws: `SystemFailure`; then nothing is changed, and nothing left behind.
  public static func write(_ text: String, to path: String) throws(SystemFailure) {
    try write(Array(text.utf8), to: path, in: AT_FDCWD)
  }

  /// Writes a file of any octets.
  ///
  /// - Parameters:
  ///   - octets: What is written.
  ///   - path: Where; a link that has this name is replaced, not followed.
  ///   - directory: The descriptor of the directory that the path begins in.
  /// - Throws: `SystemFailure`.
  static func write(
    _ octets: [UInt8], to path: String, in directory: Int32
  ) throws(SystemFailure) {
    guard !path.isEmpty, !path.utf8.contains(0) else { throw SystemFailure(number: ENOENT) }
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    let parent = parts.dropLast().map { "\($0)/" }.joined()
    // Collectors of a whole directory look at the end of a name: this one is none of theirs.
    let temporary = "\(parent).\(parts[parts.count - 1]).\(getpid()).tmp"
    let number = unsafe openat(
      directory, temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o644)
    guard number >= 0 else { throw SystemFailure.last }
    do throws(SystemFailure) {
      let descriptor = Descriptor(owning: number)
      try write(octets, to: descriptor)
      guard fsync(descriptor.number) == 0 else { throw SystemFailure.last }
      guard unsafe renameat(directory, temporary, directory, path) == 0 else {
        throw SystemFailure.last
      }
    } catch {
      _ = unsafe unlinkat(directory, temporary, 0)
      throw error
    }
  }

  private static func write(
    _ octets: [UInt8], to descriptor: borrowing Descriptor
  ) throws(SystemFailure) {
    var written = 0
    while written < octets.count {
      let count = unsafe octets[written...].withUnsafeBytes { memory in
        unsafe CLinux.write(descriptor.number, memory.baseAddress, memory.count)
      }
      if count > 0 {
        written += count
      } else {
        let failure = SystemFailure.last
        guard failure.number == EINTR else { throw failure }
      }
    }
  }
}
