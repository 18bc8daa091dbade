internal import RSTBundle
internal import RSTCore
internal import RSTNet
internal import RSTReport
internal import RSTWire

/// Reads a capture file, explains it and writes what was found.
struct ExplainRun {
  private let settings: ExplainSettings
  private let say: (String) throws(Failure) -> Void
  private let complain: (String) -> Void
  private var explainer: Explainer
  private var tally = CaptureTally()
  private var kept: [ExplainedConnection] = []
  private var left = 0
  private var runs: [RecordedRun] = []
  private var comparison: Comparison?
  private var others: [CaptureSource] = []
  private var hasFailed = false

  /// How many connections a report shows, for people and for programs: whoever has more asks for
  /// some of them, or for lines.
  private static let mostShown = (text: 2_000, json: 50_000)

  init(
    _ settings: ExplainSettings, say: @escaping (String) throws(Failure) -> Void,
    complain: @escaping (String) -> Void
  ) {
    self.settings = settings
    self.say = say
    self.complain = complain
    explainer = Explainer(capacity: settings.capacity)
  }

  /// Runs.
  ///
  /// - Returns: How the program ends.
  /// - Throws: `Failure` where the file cannot be read or the report cannot be written.
  mutating func run() throws(Failure) -> ExitStatus {
    let keeper = try FileKeeper.keeping([settings.bundle?.output])
    var inputs = try ExplainInputs(settings)
    Confinement.explaining.enter(isVerbose: settings.isVerbose, complain: complain)
    try compare(inputs.compared.take(), inputs.other.take())
    guard let file = inputs.file.take() else { return .usage }
    var reading = FrameReading(try Self.reading(file))
    try settings.bundle?.prepare(keeper)
    var progress = FileProgress(isWanted: settings.form == .text && !settings.isQuiet)
    var failure: Failure?
    let total = reading.octetsTotal
    reading.forEachBatch { batch in
      progress.show(batch, total)
      do throws(Failure) { try take(batch) } catch { failure = error }
      return failure == nil
    }
    progress.clear()
    if let failure { throw failure }
    var over: [ExplainedConnection] = []
    explainer.finish { over.append($0) }
    for explained in over { try give(explained) }
    for run in explainer.runs where settings.wants(run) {
      runs.append(run)
      if !settings.failing.isDisjoint(with: run.codes) { hasFailed = true }
    }
    kept.sort { $0.connection.firstFrame < $1.connection.firstFrame }
    try report(reading)
    if let bundle = settings.bundle, let evidence = inputs.evidence.take() {
      try bundle.write(files(reading, try Self.reading(evidence)), keeper)
    }
    return hasFailed ? .expectation : .answered
  }

  /// Begins to read a capture file.
  static func reading(_ input: consuming CaptureInput) throws(Failure) -> CaptureFile {
    do throws(CaptureError) { return try CaptureFile(input) } catch {
      throw Failure(message: error.description, status: .usage)
    }
  }

  /// Reads both files for a comparison, where one is asked for.
  private mutating func compare(
    _ first: consuming CaptureInput?, _ second: consuming CaptureInput?
  ) throws(Failure) {
    guard let first, let second, let path = settings.compared else { return }
    let reading = CompareReading(
      capacity: settings.capacity,
      showsProgress: settings.form == .text && !settings.isQuiet)
    let (comparison, source) = try reading.compare(first, with: second, named: path)
    explainer = Explainer(capacity: settings.capacity, comparison: comparison)
    self.comparison = comparison
    others = [source]
  }

  private mutating func take(_ batch: FrameBatch) throws(Failure) {
    var over: [ExplainedConnection] = []
    explainer.foresee(batch.segments.count) { batch.segments[$0].segment.ends }
    batch.forEach {
      explainer.take($0, frame: $1, at: $2)
    } segment: { place, text in
      // The segment is used where it is, not copied.
      explainer.take(
        batch.segments[place].segment, frame: batch.segments[place].frame,
        at: batch.segments[place].moment, text: text
      ) { over.append($0) }
    }
    for explained in over { try give(explained) }
  }

  private mutating func give(_ explained: ExplainedConnection) throws(Failure) {
    guard settings.wants(explained) else { return }
    tally.add(explained)
    if !settings.failing.isDisjoint(with: explained.codes) { hasFailed = true }
    switch settings.form {
    case .lines: try say(CaptureJSON.line(explained))
    case .json: return keep(explained, atMost: Self.mostShown.json)
    case .text: if !settings.isQuiet { return keep(explained, atMost: Self.mostShown.text) }
    }
    if settings.bundle != nil { keep(explained, atMost: Self.mostShown.text) }
  }

  private mutating func keep(_ explained: ExplainedConnection, atMost limit: Int) {
    if kept.count < limit { kept.append(explained) } else { left += 1 }
  }

  private mutating func report(_ reading: borrowing FrameReading) throws(Failure) {
    switch settings.form {
    case .lines: break
    case .json:
      try say(
        CaptureJSON.document(capture(reading, left: left), kept))
    case .text:
      let report = CaptureText(
        options: TextReportOptions(
          width: StandardStream.output.columns ?? 80, colour: settings.color.isWanted,
          isVerbose: settings.isVerbose))
      var capture = capture(reading, left: left)
      if settings.isQuiet { capture.runs = [] }
      try say(report.page(capture, connections: settings.isQuiet ? [] : kept).text)
    }
  }

  /// The files of the bundle that was asked for: some resets of each cause, with the frames of their
  /// connections.
  private func files(
    _ reading: borrowing FrameReading, _ file: consuming CaptureFile
  ) -> [BundleFile] {
    let selection = CaptureSelection(kept)
    let evidence = EvidenceReading(file, selection)
    var capture = capture(reading, left: left + kept.count - selection.connections.count)
    if evidence.left > 0 {
      capture.sources[0].notes.append(
        "\(evidence.left) frames of these connections are not in evidence.pcapng: there are too many"
      )
    }
    return EvidenceBundle.files(capture, selection.connections, frames: evidence.frames)
  }

  /// What was read, with what is to be known of it.
  private func capture(_ reading: borrowing FrameReading, left: Int) -> ExplainedCapture {
    let source = CaptureSource(
      name: settings.file, frames: reading.frames, notes: notes(reading, left: left))
    return ExplainedCapture(
      sources: [source] + others, tally: tally,
      totals: (explainer.connections, explainer.resets), runs: runs, comparison: comparison)
  }

  private func notes(_ reading: borrowing FrameReading, left: Int) -> [String] {
    var notes = reading.notes.map(\.description)
    if explainer.dropped > 0 {
      notes.append(
        "\(explainer.dropped) connections were judged before they were over: there were more than "
          + "\(settings.capacity) at once (--max-connections)")
    }
    if reading.abandonedDatagrams > 0 {
      notes.append("\(reading.abandonedDatagrams) datagrams lack some of their parts")
    }
    if explainer.droppedRuns > 0 {
      notes.append("\(explainer.droppedRuns) more runs of rstprobe are not shown")
    }
    if left > 0 {
      notes.append("\(left) more connections are not shown: ask for some of them, or for --ndjson")
    }
    return notes
  }
}

/// One line on standard error that says how far the reading is.
struct FileProgress {
  private let isShown: Bool
  /// The frames that the line speaks of.
  private var shown = 0

  /// How many frames later it is written again.
  private static let interval = 16_384

  init(isWanted: Bool) { isShown = isWanted && StandardStream.error.isTerminal }

  mutating func show(_ batch: FrameBatch, _ total: Int?) {
    guard isShown, batch.framesRead - shown >= Self.interval else { return }
    shown = batch.framesRead
    let share =
      total.map { $0 > 0 ? ", \(min(batch.octetsRead * 100 / $0, 100)) %" : "" } ?? ""
    try? StandardStream.error.write("\r\u{1b}[K\(shown) frames\(share)")
  }

  mutating func clear() {
    if shown > 0 { try? StandardStream.error.write("\r\u{1b}[K") }
  }
}
