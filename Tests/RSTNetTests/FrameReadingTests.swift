import RSTCore
import RSTNet
import RSTWire
import Testing

/// What is read on a second thread is what is in the file, in its order.
@Suite struct FrameReadingTests {
  private static let client = IPAddress.v4(IPv4Address(rawValue: 0xc000_0201))
  private static let server = IPAddress.v4(IPv4Address(rawValue: 0xc633_6402))

  /// A file of segments with growing numbers; some frames are other things.
  private static func file(frames: Int) -> [UInt8] {
    var file = CaptureFileSamples()
    file.addHeader()
    for number in 1...frames {
      var draft = PacketDraft(
        source: client, destination: server, hopLimit: 64, trafficClass: 0, identification: 1,
        flowLabel: 0,
        content: .segment(
          SegmentDraft(
            sourcePort: 40_000, destinationPort: 80, sequence: SequenceNumber(UInt32(number)),
            acknowledgement: SequenceNumber(0), flags: number % 7 == 0 ? .reset : .syn,
            window: 1, payload: number % 21 == 0 ? Array("no\u{7}: \(number)".utf8) : [])))
      if number % 10 == 0 {
        draft.content = .echoRequest(identifier: 1, sequence: UInt16(number & 0xffff), data: [])
      }
      file.addRecord(
        number % 13 == 0 ? [0x45, 0] : draft.encoded(), seconds: UInt32(number), fraction: 0)
    }
    return file.octets
  }

  /// A line for each segment or message that was read.
  private struct Log {
    var lines: [String] = []
    var batches = 0

    mutating func add(_ batch: FrameBatch) {
      batches += 1
      batch.forEach {
        lines.append("\($1) \($2.nanoseconds) message \($0.network.source)")
      } segment: { place, text in
        let segment = batch.segments[place]
        lines.append(
          "\(segment.frame) \(segment.moment.nanoseconds) segment "
            + "\(segment.segment.sequence.rawValue) \(text ?? "-")"
        )
      }
    }
  }

  private static func expected(frames: Int) -> [String] {
    (1...frames).filter { $0 % 13 != 0 }.map { number in
      let start = "\(number) \(number)000000000"
      if number % 10 == 0 { return "\(start) message \(client)" }
      let text = number % 21 == 0 ? "no.: \(number)" : "-"
      return "\(start) segment \(number) \(text)"
    }
  }

  @Test(arguments: [1, 511, 512, 513, 5_000])
  func `a file is read whole and in order`(frames: Int) throws {
    let file = try TemporaryFile(Self.file(frames: frames))
    var reading = FrameReading(try CaptureFile(path: file.path))
    var log = Log()
    reading.forEachBatch {
      log.add($0)
      return true
    }
    #expect(log.lines == Self.expected(frames: frames))
    #expect(reading.frames == frames)
    #expect(reading.notes.isEmpty)
  }

  @Test func `who wants no more gets no more, however long the file is`() throws {
    let file = try TemporaryFile(Self.file(frames: 9_000))
    var reading = FrameReading(try CaptureFile(path: file.path))
    var log = Log()
    reading.forEachBatch {
      log.add($0)
      return log.batches < 2
    }
    #expect(log.batches == 2)
    #expect(log.lines == Self.expected(frames: 1_024))
    #expect(reading.frames < 9_000)
  }

  @Test func `a file that ends early is read as far as it goes, and says so`() throws {
    let file = try TemporaryFile(Array(Self.file(frames: 700).dropLast(5)))
    var reading = FrameReading(try CaptureFile(path: file.path))
    var log = Log()
    reading.forEachBatch {
      log.add($0)
      return true
    }
    #expect(log.lines == Self.expected(frames: 699))
    #expect(reading.notes == [.endsEarly(afterFrame: 699)])
  }

  @Test func `a batch knows the time of all its frames, also of those that hold nothing`() throws {
    let file = try TemporaryFile(Self.file(frames: 13))
    var reading = FrameReading(try CaptureFile(path: file.path))
    var moments: [ClosedRange<Moment>] = []
    reading.forEachBatch {
      if let range = $0.moments { moments.append(range) }
      return true
    }
    #expect(
      moments == [
        Moment(nanoseconds: 1_000_000_000)...Moment(nanoseconds: 13_000_000_000)
      ])
  }
}
