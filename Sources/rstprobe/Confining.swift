internal import RSTNet

extension Confinement {
  /// Confines this process, and says what the system did not do of it.
  ///
  /// - Parameters:
  ///   - isVerbose: Whether anybody wants to know.
  ///   - complain: Writes a line to standard error.
  func enter(isVerbose: Bool, complain: (String) -> Void) {
    let shortfalls = enter()
    if isVerbose { for shortfall in shortfalls { complain("less confined: \(shortfall)") } }
  }
}

extension FileKeeper {
  /// Begins to keep files; nil where none are written.
  ///
  /// - Throws: `Failure`.
  static func keeping(_ outputs: [Output?]) throws(Failure) -> FileKeeper? {
    let outputs = outputs.compactMap(\.self)
    guard !outputs.isEmpty else { return nil }
    do throws(SystemFailure) { return try FileKeeper(outputs) } catch {
      throw Failure(message: "cannot begin to keep files: \(error)", status: .usage)
    }
  }
}
