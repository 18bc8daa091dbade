internal import CLinux
internal import Glibc

/// A capture file that is open, and of which nothing has been read.
///
/// Files are opened before a process is confined, and read afterwards.
public struct CaptureInput: ~Copyable {
  /// The size of the file, in octets; nil where it is none, as a pipe.
  public let octetsTotal: Int?
  /// What is being done with it, for people.
  let activity: String

  private let descriptor: Descriptor

  /// Opens a file.
  ///
  /// - Parameter path: Where it is; "-" is standard input.
  /// - Throws: `CaptureError` with `file`.
  public init(path: String) throws(CaptureError) {
    activity = path == "-" ? "reading standard input" : "reading \(path)"
    do throws(CaptureFileRefusal) {
      let (number, size) = try Self.open(path)
      descriptor = Descriptor(owning: number)
      octetsTotal = size
    } catch {
      throw CaptureError(code: .file, text: error.text, activity: activity)
    }
  }

  private static func open(_ path: String) throws(CaptureFileRefusal) -> (Int32, Int?) {
    guard !path.utf8.contains(0) else { throw refusal(SystemFailure(number: ENOENT)) }
    guard path != "-" || isatty(STDIN_FILENO) == 0 else {
      throw CaptureFileRefusal(text: "it is a terminal, not a capture file")
    }
    let number =
      path == "-" ? dup(STDIN_FILENO) : unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
    guard number >= 0 else { throw refusal(.last) }
    var status = stat()
    _ = unsafe fstat(number, &status)
    switch status.st_mode & 0o170000 {
    case 0o040000:
      _ = CLinux.close(number)
      throw refusal(SystemFailure(number: EISDIR))
    case 0o100000: return (number, Int(status.st_size))
    default: return (number, nil)
    }
  }

  private static func refusal(_ failure: SystemFailure) -> CaptureFileRefusal {
    CaptureFileRefusal(text: "\(failure)")
  }

  /// Hands the descriptor over.
  consuming func release() -> Int32 { descriptor.release() }
}
