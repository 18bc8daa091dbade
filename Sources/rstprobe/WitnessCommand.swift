internal import RSTCore
internal import RSTNet
internal import RSTReport

/// Records what comes and goes on this host, and writes it down.
struct WitnessCommand {
  private let settings: WitnessSettings
  private let complain: (String) -> Void

  /// How much is written at once, in octets.
  private static let part = 1 << 16

  init(_ settings: WitnessSettings, complain: @escaping (String) -> Void) {
    self.settings = settings
    self.complain = complain
  }

  /// Runs.
  ///
  /// - Returns: How the program ends.
  /// - Throws: `Failure`.
  func run() throws(Failure) -> ExitStatus {
    guard Privilege.hasRawNetwork else {
      throw Failure(message: Privilege.missingRawNetwork, status: .missingPrivilege)
    }
    var run: WitnessRun
    do throws(LiveRunError) {
      run = try WitnessRun(port: settings.port, duration: settings.duration)
    } catch {
      throw Failure(error)
    }
    if let missing = run.missingReasons {
      complain("no reasons of the kernel's resets: \(missing); recording without them")
    }
    let file = try file()
    Confinement.witnessing(traces: run.missingReasons == nil).enter()
    try record(&run, file)
    return .answered
  }

  private func record(_ run: inout WitnessRun, _ file: AppendedFile?) throws(Failure) {
    let head = run.head
    var (lines, shown) = (WitnessLine.text(head), WitnessText.text(head))
    var failure: Failure?
    func write() -> Bool {
      do throws(Failure) {
        try put(lines, shown, file)
        (lines, shown) = ("", "")
      } catch {
        failure = error
      }
      return failure == nil
    }
    func take(_ entry: WitnessRun.Entry) -> Bool {
      switch entry {
      case .segment(let segment):
        lines += WitnessLine.text(segment, head)
        shown += WitnessText.text(segment, head) ?? ""
      case .kernelReset(let reset):
        lines += WitnessLine.text(reset, head)
        shown += WitnessText.text(reset, head)
      }
      return lines.utf8.count < Self.part || write()
    }
    guard write() else { throw failure ?? Self.broken }
    let tail: WitnessLog.Tail
    do throws(CaptureError) {
      tail = try run.record(take, pause: write)
    } catch {
      throw Failure(LiveRunError.capture(error))
    }
    if let failure { throw failure }
    lines += WitnessLine.text(tail, head)
    shown += WitnessText.text(tail)
    guard write() else { throw failure ?? Self.broken }
  }

  private static let broken = Failure(message: "the record cannot be written", status: .usage)

  private func file() throws(Failure) -> AppendedFile? {
    guard let path = settings.output else { return nil }
    do throws(SystemFailure) { return try AppendedFile(path: path) } catch {
      throw Failure(message: "cannot write \(path): \(error)", status: .usage)
    }
  }

  private func put(_ lines: String, _ shown: String, _ file: AppendedFile?) throws(Failure) {
    do throws(SystemFailure) { try file?.write(lines) } catch {
      throw Failure(
        message: "cannot write \(settings.output ?? ""): \(error)", status: .usage)
    }
    let text = settings.isRecordSaid ? lines : shown
    guard !text.isEmpty else { return }
    do throws(SystemFailure) { try StandardStream.output.write(text) } catch {
      // Unlike a report, a record has no end of its own: where nobody reads it, it is over.
      throw Failure(
        message: error.isBrokenPipe
          ? "nobody reads the record any more" : "cannot write to standard output: \(error)",
        status: .usage)
    }
  }
}
