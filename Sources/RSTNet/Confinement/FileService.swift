internal import Glibc

/// The other end of a `FileKeeper`: does what it is asked, with the outputs that it knows.
struct FileService {
  private let outputs: [FileKeeper.Output]

  init(_ outputs: [FileKeeper.Output]) { self.outputs = outputs }

  /// Answers requests until nobody sends any more, or one is none.
  func serve(_ descriptor: borrowing Descriptor) {
    do throws(SystemFailure) {
      while let request = FileRequest(parsing: try descriptor.read(exactly: FileRequest.size)) {
        // What breaks off in the middle, as of a process that was killed, is not written.
        let octets = try descriptor.read(exactly: request.count)
        try descriptor.write(answer(request, octets).encoded)
      }
    } catch {}
  }

  /// Does what is asked.
  func answer(_ request: FileRequest, _ octets: [UInt8]) -> FileReply {
    guard outputs.indices.contains(request.output) else { return Self.forbidden }
    do throws(OutputObstacle) {
      switch (request.kind, outputs[request.output]) {
      case (.prepare, .directory(let path, let names)):
        try OutputDirectory.prepare(path, for: Set(names))
      case (.write, .directory(let path, let names)):
        guard names.indices.contains(request.name) else { return Self.forbidden }
        try OutputDirectory.write(octets, to: names[request.name], in: path)
      case (.write, .file(let path)): try write(octets, to: path)
      case (.remove, .file(let path)): AtomicFile.remove(path)
      case (.prepare, .file), (.remove, .directory): return Self.forbidden
      }
      return .done
    } catch {
      return .refused(error)
    }
  }

  private func write(_ octets: [UInt8], to path: String) throws(OutputObstacle) {
    do throws(SystemFailure) { try AtomicFile.write(octets, to: path) } catch {
      throw .system(error)
    }
  }

  private static let forbidden = FileReply.refused(.system(SystemFailure(number: EPERM)))
}
