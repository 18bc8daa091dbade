internal import RSTArchive
internal import RSTCore
internal import RSTNet

/// The record of a witness that goes on while the prober runs: it is joined when both are over.
struct WitnessReading {
  private let path: String
  private let input: WitnessInput
  private let head: WitnessLog.Head

  /// How much of the end of a record is looked at to see whether it is whole, in octets.
  private static let endLength = 2_048
  /// How long the head of a file is waited for, and the end of a record beyond what its head says.
  private static let patience = Duration.seconds(5)
  /// How long a witness that has no duration is waited for.
  private static let unlimited = Duration.seconds(30)

  /// Opens a record, and waits until the witness listens.
  ///
  /// - Throws: `Failure` where there is no record.
  init(_ path: String) throws(Failure) {
    self.path = path
    do throws(SystemFailure) { input = try WitnessInput(path: path) } catch {
      throw Failure(
        message: "cannot read --witness \(path): \(error); start rstprobe witness first",
        status: .usage)
    }
    let end = ContinuousClock.now + Self.patience
    input.readFirstLine { path == "-" || ContinuousClock.now < end }
    let first = input.octets.prefix { $0 != 0x0a }
    do throws(WitnessReader.Mistake) { head = try WitnessReader.log(Array(first)).head } catch {
      throw Failure(message: "--witness \(path): \(error)", status: .usage)
    }
  }

  /// Begins to read the rest, beside the run.
  func begin() throws(Failure) {
    do throws(SystemFailure) { try input.begin() } catch {
      throw Failure(message: "cannot read --witness \(path): \(error)", status: .usage)
    }
  }

  /// Waits for the end of the record, and joins it to a run.
  ///
  /// - Returns: Why nothing was joined; nil where it was.
  func join(
    _ diagnosis: inout Diagnosis, _ run: inout LiveRun, complain: (String) -> Void
  ) -> Failure? {
    if !diagnosis.timing.isInterrupted { waitForEnd(&run, complain) }
    guard !input.isTooLarge else {
      return Failure(message: "--witness \(path) is too large", status: .usage)
    }
    do throws(WitnessReader.Mistake) {
      diagnosis = run.joined(diagnosis, with: try WitnessReader.log(input.octets))
      return nil
    } catch {
      return Failure(message: "--witness \(path): \(error)", status: .usage)
    }
  }

  private func waitForEnd(_ run: inout LiveRun, _ complain: (String) -> Void) {
    let end = ContinuousClock.now + (head.duration ?? Self.unlimited) + Self.patience
    var isTold = false
    while !input.isOver, !WitnessReader.isWhole(input.suffix(Self.endLength)) {
      if !isTold { complain("waiting for the end of the witness's record; interrupt to go on") }
      isTold = true
      if run.pause(for: .milliseconds(50)) { return }
      guard ContinuousClock.now < end else {
        complain("the witness's record has no end; what is missing in it proves nothing")
        return
      }
    }
  }
}
