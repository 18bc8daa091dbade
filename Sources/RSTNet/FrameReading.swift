internal import RSTCore
internal import RSTWire

/// Reads the frames of a capture file in batches, a regular file's on a thread of its own: while one
/// batch is being judged the next is read.
///
/// What comes through a pipe is given out frame by frame, as soon as it comes.
public struct FrameReading: ~Copyable {
  /// The size of the file, in octets; nil where it is none, as a pipe.
  public let octetsTotal: Int?
  /// How many frames were met.
  public private(set) var frames = 0
  /// What was met that a reader of results should know.
  public private(set) var notes: [CaptureFileNote] = []
  /// How many datagrams were given up because parts of them were missing.
  public private(set) var abandonedDatagrams = 0

  private let source: Source

  /// Frames of a batch: few enough to stay in the processor's cache.
  private static let batchSize = 512
  /// Batches that go round: so many times so many.
  private static let ring = (slots: 4, batches: 8)

  /// What only one thread touches at a time.
  private final class Source: @unchecked Sendable {
    var file: CaptureFile
    var frames = CapturedFrameReader()
    var watch = RunWatch()

    init(_ file: consuming CaptureFile) { self.file = file }

    /// Fills a batch with up to so many frames; false where there are no more.
    func fill(_ batch: inout FrameBatch, atMost limit: Int) -> Bool {
      var count = 0
      file.forEachFrame { header, octets in
        batch.met(header)
        frames.read(
          link: header.linkType, octets: octets, originalLength: header.originalLength,
          at: header.moment.nanoseconds
        ) { batch.add($0, in: $1, header, &watch) }
        count += 1
        return count < limit
      }
      batch.octetsRead = file.octetsRead
      return count == limit
    }
  }

  /// Takes a file that was just opened.
  public init(_ file: consuming CaptureFile) {
    octetsTotal = file.octetsTotal
    source = Source(file)
  }

  /// Reads to the end, or until `body` returns false.
  ///
  /// - Parameter body: Gets each batch.
  public mutating func forEachBatch(_ body: (FrameBatch) -> Bool) {
    let ring = BatchRing(slots: Self.ring.slots, batches: Self.ring.batches)
    let source = source
    let work: @Sendable () -> Void = { ring.fill { source.fill(&$0, atMost: Self.batchSize) } }
    if octetsTotal != nil, let thread = BackgroundTask.startAside(work) {
      ring.empty(body)
      _ = thread.value()
    } else {
      readHere(body)
    }
    frames = source.file.frames
    notes = source.file.notes
    abandonedDatagrams = source.frames.abandonedDatagrams
  }

  /// Reads frame by frame, on the caller's thread.
  private func readHere(_ body: (FrameBatch) -> Bool) {
    var batch = FrameBatch()
    var goesOn = true
    while goesOn {
      batch.clear()
      goesOn = source.fill(&batch, atMost: 1)
      goesOn = body(batch) && goesOn
    }
  }
}
