internal import CLinux
internal import Glibc

/// A file whose octets are sent as they are.
public enum PayloadFile {
  /// The most that is read, in octets: 64 KiB.
  public static let limit = 65_536

  /// Reads a file.
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
  ) throws(PayloadFileError) -> [UInt8] {
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
    let octets: [UInt8]
    do throws(SystemFailure) {
      octets = try contents(of: descriptor, limit: limit)
    } catch {
      throw .unreadable(error)
    }
    guard !octets.isEmpty else { throw .empty }
    guard octets.count <= limit else { throw .tooLong(limit: limit) }
    return octets
  }

  private static func refuseUnlessRegular(_ status: stat) throws(PayloadFileError) {
    switch status.st_mode & 0o170000 {
    case 0o100000: return
    case 0o040000: throw .unreadable(SystemFailure(number: EISDIR))
    default: throw .notRegular
    }
  }

  /// Reads up to one octet more than may be: the size that a file claims may be wrong.
  private static func contents(
    of descriptor: borrowing Descriptor, limit: Int
  ) throws(SystemFailure) -> [UInt8] {
    var octets = Array(repeating: UInt8(0), count: min(limit, Self.limit) + 1)
    var count = 0
    while count <= limit {
      if count == octets.count {
        octets += Array(repeating: 0, count: min(octets.count, limit + 1 - count))
      }
      let got = unsafe octets[count...].withUnsafeMutableBytes { memory in
        unsafe CLinux.read(descriptor.number, memory.baseAddress, memory.count)
      }
      if got == 0 { break }
      if got > 0 {
        count += got
      } else {
        let failure = SystemFailure.last
        guard failure.number == EINTR else { throw failure }
      }
    }
    octets.removeLast(octets.count - count)
    return octets
  }
}

/// Why the octets of a file cannot be sent.
public enum PayloadFileError: Error, Hashable, Sendable {
  /// The system refuses.
  case unreadable(SystemFailure)
  /// It is neither a file nor a directory.
  case notRegular
  /// Nothing is in it.
  case empty
  /// It has more octets than may be.
  case tooLong(limit: Int)
}

extension PayloadFileError: CustomStringConvertible {
  /// What is wrong, to follow the name in a sentence.
  public var description: String {
    switch self {
    case .unreadable(let failure): "cannot be read: \(failure)"
    case .notRegular: "is not a regular file"
    case .empty: "is empty"
    case .tooLong(PayloadFile.limit): "has more than 65,536 octets (64 KiB)"
    case .tooLong(let limit): "has more than \(limit / 1_024) KiB"
    }
  }
}
