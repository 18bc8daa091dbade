internal import ArgumentParser
internal import RSTBundle
internal import RSTNet

/// The directory of `--bundle`.
struct BundleOutput: Hashable {
  /// Where it is.
  let path: String

  private static let names = Set(BundleFile.Name.allCases.map(\.rawValue))

  /// Takes the option's value; nothing is made yet.
  ///
  /// - Throws: `ValidationError` with one line that says what is in the way.
  init(_ path: String) throws {
    guard path != "-" else {
      throw ValidationError("--bundle needs a directory; standard output carries the report")
    }
    if let obstacle = OutputDirectory.obstacle(to: path, for: Self.names) {
      throw ValidationError("cannot write to --bundle \(path): \(obstacle)")
    }
    self.path = path
  }

  /// Whether a file, as it is named, is one that would be replaced.
  func replaces(_ file: String) -> Bool {
    let directory = path.hasSuffix("/") ? path : path + "/"
    return Self.names.contains { directory + $0 == file }
  }

  /// What a keeper of files has to know of it.
  var output: FileKeeper.Output { .directory(path, Self.names.sorted()) }

  /// Makes the directory, before anything is sent or read.
  func prepare(_ keeper: FileKeeper?) throws(Failure) {
    do throws(OutputObstacle) { try keeper?.prepare(path) } catch {
      throw Failure(message: "cannot write to --bundle \(path): \(error)", status: .usage)
    }
  }

  /// Writes the files; those of an earlier bundle are replaced.
  func write(_ files: [BundleFile], _ keeper: FileKeeper?) throws(Failure) {
    for file in files {
      do throws(OutputObstacle) {
        try keeper?.write(file.contents, to: file.name, in: path)
      } catch {
        throw Failure(message: "cannot write \(path)/\(file.name): \(error)", status: .usage)
      }
    }
  }
}
