internal import CLinux
internal import Glibc

/// Files that are read as a whole.
public enum InputFile {
  /// The most that is read of what is sent as it is, in octets: 64 KiB.
  public static let limit = 65_536

  /// Reads a file that has to be one.
  ///
  /// Nothing but a regular file is opened: a FIFO would wait for a writer, and opening a device may
  /// do something to it.
  ///
  /// - Parameters:
  ///   - path: Where it is.
  ///   - limit: The most octets that it may have.
  /// - Returns: 1 to `limit` octets.
  /// - Throws: What is wrong with it.
  public static func read(
    _ path: String, limit: Int = limit
  ) throws(InputFileError) -> [UInt8] {
    guard !path.isEmpty, !path.utf8.contains(0) else {
      throw .unreadable(SystemFailure(number: ENOENT))
    }
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { throw .unreadable(.last) }
    try refuseUnlessRegular(status)
    // The name may lead to something else by now: neither waits for anybody, and it is asked again.
    let number = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard number >= 0 else { throw .unreadable(.last) }
    let descriptor = Descriptor(owning: number)
    guard unsafe fstat(descriptor.number, &status) == 0 else { throw .unreadable(.last) }
    try refuseUnlessRegular(status)
    let octets = try contents(of: descriptor, limit: limit)
    guard !octets.isEmpty else { throw .empty }
    return octets
  }

  /// Reads whatever gives octets: a file, empty or not, a pipe, or standard input for "-".
  ///
  /// - Parameters:
  ///   - path: Where it is.
  ///   - limit: The most octets that it may give.
  /// - Returns: The octets.
  /// - Throws: What is wrong with it.
  public static func readAny(_ path: String, limit: Int) throws(InputFileError) -> [UInt8] {
    guard !path.utf8.contains(0) else { throw .unreadable(SystemFailure(number: ENOENT)) }
    let number = path == "-" ? dup(STDIN_FILENO) : unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard number >= 0 else { throw .unreadable(.last) }
    return try contents(of: Descriptor(owning: number), limit: limit)
  }

  private static func contents(
    of descriptor: borrowing Descriptor, limit: Int
  ) throws(InputFileError) -> [UInt8] {
    let octets: [UInt8]
    do throws(SystemFailure) { octets = try descriptor.read(limit: limit) } catch {
      throw .unreadable(error)
    }
    guard octets.count <= limit else { throw .tooLong(limit: limit) }
    return octets
  }

  private static func refuseUnlessRegular(_ status: stat) throws(InputFileError) {
    switch status.st_mode & 0o170000 {
    case 0o100000: return
    case 0o040000: throw .unreadable(SystemFailure(number: EISDIR))
    default: throw .notRegular
    }
  }
}

/// Why a file cannot be read as a whole.
public enum InputFileError: Error, Hashable, Sendable {
  /// The system refuses.
  case unreadable(SystemFailure)
  /// It is neither a file nor a directory.
  case notRegular
  /// Nothing is in it.
  case empty
  /// It has more octets than may be.
  case tooLong(limit: Int)

  /// Whether there is no such file.
  public var isMissingFile: Bool { self == .unreadable(SystemFailure(number: ENOENT)) }
}

extension InputFileError: CustomStringConvertible {
  /// What is wrong, to follow the name in a sentence.
  public var description: String {
    switch self {
    case .unreadable(let failure): "cannot be read: \(failure)"
    case .notRegular: "is not a regular file"
    case .empty: "is empty"
    case .tooLong(InputFile.limit): "has more than 65,536 octets (64 KiB)"
    case .tooLong(let limit) where limit >= 1 << 24: "has more than \(limit >> 20) MiB"
    case .tooLong(let limit): "has more than \(limit >> 10) KiB"
    }
  }
}
