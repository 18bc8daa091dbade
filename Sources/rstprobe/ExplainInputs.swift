internal import RSTNet

/// The files that are read to explain a capture, all open before any of them is read.
///
/// What is in them may be anybody's making: they are read by a process that can do nothing else.
struct ExplainInputs: ~Copyable {
  /// The file that is explained.
  var file: CaptureInput?
  /// The same once more, for the frames of a bundle.
  var evidence: CaptureInput?
  /// The same once more, for a comparison.
  var compared: CaptureInput?
  /// The one that it is compared with.
  var other: CaptureInput?

  /// Opens what some settings need.
  ///
  /// - Throws: `Failure` where a file cannot be opened, or cannot be read twice.
  init(_ settings: ExplainSettings) throws(Failure) {
    let file = try Self.opened(settings.file)
    for (option, isGiven) in [
      ("--compare", settings.compared != nil), ("--bundle", settings.bundle != nil),
    ] where isGiven && file.octetsTotal == nil {
      throw Failure(
        message: "\(settings.file) is read twice with \(option), and must be a regular file",
        status: .usage)
    }
    self.file = consume file
    if settings.bundle != nil { evidence = try Self.opened(settings.file) }
    guard let other = settings.compared else { return }
    compared = try Self.opened(settings.file)
    self.other = try Self.opened(other)
  }

  private static func opened(_ path: String) throws(Failure) -> CaptureInput {
    do throws(CaptureError) { return try CaptureInput(path: path) } catch {
      throw Failure(message: error.description, status: .usage)
    }
  }
}
