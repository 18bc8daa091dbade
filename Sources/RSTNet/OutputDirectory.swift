internal import CLinux
internal import Glibc

/// A directory that the program fills with files of its own.
///
/// What it finds there it replaces only where it would have made it: no link is followed, and nobody
/// else's file is touched.
public enum OutputDirectory {
  /// Says what would keep files from being written, without making anything.
  ///
  /// - Parameters:
  ///   - path: The directory; it need not be there, its parent has to.
  ///   - names: The files that are written; others may not be in it.
  /// - Returns: What is in the way, nil when nothing is known to be.
  public static func obstacle(to path: String, for names: Set<String>) -> OutputObstacle? {
    var status = stat()
    guard unsafe lstat(trimmed(path), &status) == 0 else {
      return CaptureFileWriter.obstacle(to: trimmed(path)).map { .system($0) }
    }
    do throws(OutputObstacle) {
      let directory = try opened(path)
      if let name = try stranger(in: directory, names) { return .stranger(name) }
      guard unsafe faccessat(directory.number, ".", W_OK | X_OK, AT_EACCESS) == 0 else {
        return .system(.last)
      }
      return nil
    } catch {
      return error
    }
  }

  /// Makes the directory, unless it is there and may be used.
  ///
  /// - Throws: `OutputObstacle`.
  public static func prepare(_ path: String, for names: Set<String>) throws(OutputObstacle) {
    if unsafe mkdir(trimmed(path), 0o755) == 0 { return }
    guard rst_errno() == EEXIST else { throw .system(.last) }
    if let obstacle = obstacle(to: path, for: names) { throw obstacle }
  }

  /// Writes a file into the directory: all of it, or nothing.
  ///
  /// - Parameters:
  ///   - octets: What is written.
  ///   - name: The file's name.
  ///   - path: The directory.
  /// - Throws: `OutputObstacle`.
  public static func write(
    _ octets: [UInt8], to name: String, in path: String
  ) throws(OutputObstacle) {
    let directory = try opened(path)
    do throws(SystemFailure) {
      try AtomicFile.write(octets, to: name, in: directory.number)
    } catch {
      throw .system(error)
    }
  }

  private static func opened(_ path: String) throws(OutputObstacle) -> Descriptor {
    guard !path.utf8.contains(0) else { throw .system(SystemFailure(number: ENOENT)) }
    let number = unsafe open(
      trimmed(path), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard number >= 0 else { throw .system(.last) }
    return Descriptor(owning: number)
  }

  /// The first name in the directory that is none of these, or no regular file; nil where there is none.
  private static func stranger(
    in directory: borrowing Descriptor, _ names: Set<String>
  ) throws(OutputObstacle) -> String? {
    // Closing the stream closes its descriptor too.
    let copy = unsafe openat(directory.number, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard copy >= 0, let stream = unsafe fdopendir(copy) else { throw .system(.last) }
    defer { _ = unsafe closedir(stream) }
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { octets in
        unsafe String(decoding: octets.prefix { $0 != 0 }, as: UTF8.self)
      }
      guard name != ".", name != ".." else { continue }
      var status = stat()
      let isRegular =
        unsafe fstatat(directory.number, name, &status, AT_SYMLINK_NOFOLLOW) == 0
        && status.st_mode & 0o170000 == 0o100000
      guard names.contains(name), isRegular else { return name }
    }
    return nil
  }

  /// Without slashes at the end, behind which a link would be followed.
  private static func trimmed(_ path: String) -> String {
    var path = path[...]
    while path.count > 1, path.last == "/" { path.removeLast() }
    return String(path)
  }
}

/// Why files cannot be written into a directory.
public enum OutputObstacle: Error, Hashable, Sendable {
  /// The system refuses; also where a link or a file has the directory's name.
  case system(SystemFailure)
  /// Something else is in it: its name.
  case stranger(String)
}

extension OutputObstacle: CustomStringConvertible {
  /// What is wrong, to follow the name in a sentence.
  public var description: String {
    switch self {
    case .system(let failure): "\(failure)"
    case .stranger(let name): "there is '\(name)' in it, which is not of an earlier bundle"
    }
  }
}
