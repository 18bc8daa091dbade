internal import CPcap
internal import Glibc
internal import RSTCore
internal import RSTWire

/// The records of a pcap file, read by libpcap: of those kinds that few programs write.
@safe struct RecordReader: ~Copyable {
  private let handle: OpaquePointer
  private let file: UnsafeMutablePointer<FILE>
  private let buffer: UnsafeMutablePointer<CChar>
  private let dataLink: Int32

  /// Octets before each frame.
  private static let recordHeaderLength = 16

  /// Reads the file's header.
  ///
  /// - Throws: `CaptureFileRefusal`.
  init(_ stream: consuming CaptureStream) throws(CaptureFileRefusal) {
    var text = [CChar](repeating: 0, count: Int(PCAP_ERRBUF_SIZE))
    let (file, buffer) = try unsafe stream.release()
    guard
      let handle = unsafe pcap_fopen_offline_with_tstamp_precision(
        file, UInt32(PCAP_TSTAMP_PRECISION_NANO), &text)
    else {
      let isAtEnd = unsafe feof(file) != 0
      unsafe fclose(file)
      unsafe buffer.deallocate()
      if isAtEnd { throw .endsInHeader }
      let reason = line(of: text)
      throw reason == "unknown file format" ? .noCapture : CaptureFileRefusal(text: reason)
    }
    unsafe self.handle = handle
    unsafe self.file = file
    unsafe self.buffer = buffer
    dataLink = unsafe pcap_datalink(handle)
  }

  deinit {
    // Closes the stream too, which uses the buffer until then.
    unsafe pcap_close(handle)
    unsafe buffer.deallocate()
  }

  /// Calls `body` for each frame until it returns false.
  func forEachFrame(
    _ progress: inout CaptureFileProgress, _ body: CaptureFile.Body
  ) rethrows {
    let linkType = LinkType(dataLink: dataLink)
    var header: UnsafeMutablePointer<pcap_pkthdr>?
    var octets: UnsafePointer<UInt8>?
    while !progress.isOver {
      let status = unsafe pcap_next_ex(handle, &header, &octets)
      guard status > 0, let record = unsafe header?.pointee, let octets = unsafe octets else {
        end(&progress, status)
        return
      }
      let count = Int(record.caplen)
      progress.frames += 1
      progress.octets += Self.recordHeaderLength + count
      guard let linkType else {
        progress.leftOut(linkType: dataLink)
        continue
      }
      // Asked for nanoseconds, libpcap gives them in the place of microseconds.
      let frame = CaptureFile.FrameHeader(
        number: progress.frames,
        moment: Moment(
          nanoseconds: Int64(record.ts.tv_sec) &* 1_000_000_000 &+ Int64(record.ts.tv_usec)),
        linkType: linkType, originalLength: max(Int(record.len), count))
      guard try unsafe body(frame, UnsafeBufferPointer(start: octets, count: count).span) else {
        return
      }
    }
  }

  /// There is no further record: the file ends, in its place or not, or makes no sense.
  private func end(_ progress: inout CaptureFileProgress, _ status: Int32) {
    if status == PCAP_ERROR_BREAK {
      progress.isOver = true
    } else if unsafe feof(file) != 0 {
      progress.endedEarly()
    } else {
      progress.failed(unsafe line(of: String(cString: pcap_geterr(handle))))
    }
  }
}
