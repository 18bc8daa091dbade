internal import CLinux
internal import Glibc

/// Replaces files for this process once that is confined.
///
/// A file that takes another's place as a whole has to be made and renamed, perhaps in a directory that
/// only root writes to; the process that reads packets can do neither. A second one, begun before,
/// waits for octets and puts them where the command line said, and nowhere else. It ends with the first.
public final class FileKeeper {
  /// What is written.
  public enum Output: Hashable, Sendable {
    /// A file.
    case file(String)
    /// Files of these names in a directory.
    case directory(String, [String])
  }

  private let outputs: [Output]
  private let descriptor: Descriptor

  /// Begins to keep files; to be called before there are other threads, and before much is open.
  ///
  /// - Parameter outputs: What may be written.
  /// - Throws: `SystemFailure` where there is no process to be had.
  public init(_ outputs: [Output]) throws(SystemFailure) {
    var ends: [Int32] = [-1, -1]
    let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    guard unsafe socketpair(AF_UNIX, type, 0, &ends) == 0 else { throw SystemFailure.last }
    let descriptor = Descriptor(owning: ends[0])
    let other = Descriptor(owning: ends[1])
    let process = rst_fork()
    guard process >= 0 else { throw SystemFailure.last }
    if process == 0 {
      // What the terminal sends to both ends the first one, and that this one.
      for signal in [SIGINT, SIGTERM, SIGHUP, SIGQUIT] { rst_ignore_signal(signal) }
      rst_close_all_but(other.number)
      _ = Confinement.keepingFiles.enter()
      FileService(outputs).serve(other)
      _exit(0)
    }
    self.outputs = outputs
    self.descriptor = descriptor
  }

  /// Makes a directory, unless it is there and may be used.
  ///
  /// - Throws: `OutputObstacle`.
  public func prepare(_ directory: String) throws(OutputObstacle) {
    try ask(FileRequest(.prepare, output: place(of: directory)))
  }

  /// Writes a file: all of it, or nothing.
  ///
  /// - Parameters:
  ///   - octets: What is written.
  ///   - name: The file's name, where it is in a directory of the outputs.
  ///   - path: The file, or the directory.
  /// - Throws: `OutputObstacle`.
  public func write(
    _ octets: [UInt8], to name: String? = nil, in path: String
  ) throws(OutputObstacle) {
    let output = place(of: path)
    var number = 0
    if let name, case .directory(_, let names) = outputs[output] {
      guard let known = names.firstIndex(of: name) else { throw Self.unknown }
      number = known
    }
    try ask(
      FileRequest(.write, output: output, name: number, count: octets.count), sending: octets)
  }

  /// Removes a file; nothing happens where there is none.
  public func remove(_ path: String) {
    try? ask(FileRequest(.remove, output: place(of: path)))
  }

  private static let unknown = OutputObstacle.system(SystemFailure(number: EPERM))

  private func place(of path: String) -> Int {
    let place = outputs.firstIndex {
      switch $0 {
      case .file(let name), .directory(let name, _): name == path
      }
    }
    guard let place else { preconditionFailure("\(path) is none of the outputs") }
    return place
  }

  private func ask(
    _ request: FileRequest, sending octets: [UInt8] = []
  ) throws(OutputObstacle) {
    let reply: FileReply
    do throws(SystemFailure) {
      try descriptor.write(request.encoded)
      try descriptor.write(octets)
      let head = try descriptor.read(exactly: FileReply.size)
      reply = FileReply(head, name: try descriptor.read(exactly: FileReply.nameLength(in: head)))
    } catch {
      throw .system(error)
    }
    if case .refused(let obstacle) = reply { throw obstacle }
  }
}
