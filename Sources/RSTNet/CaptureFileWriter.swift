internal import CLinux
internal import CPcap
public import RSTCore
public import RSTWire

/// A capture file with the packets of a run: raw IP, nanosecond stamps.
@safe public struct CaptureFileWriter: ~Copyable {
  /// Where the file is.
  public let path: String

  private let format: OpaquePointer
  private let dumper: OpaquePointer
  /// The first failure to write, which the C library's stream does not keep.
  private var failure: SystemFailure?

  /// Says what would keep a file from being made, without making it.
  ///
  /// - Parameter path: Where the file would be.
  /// - Returns: The system's reason, nil when nothing is known to be in the way.
  public static func obstacle(to path: String) -> SystemFailure? {
    guard !path.isEmpty, !path.utf8.contains(0) else { return SystemFailure(number: ENOENT) }
    var status = stat()
    if unsafe stat(path, &status) == 0 {
      guard status.st_mode & 0o170000 != 0o040000 else { return SystemFailure(number: EISDIR) }
      return unsafe access(path, W_OK) == 0 ? nil : SystemFailure.last
    }
    guard rst_errno() == ENOENT else { return SystemFailure.last }
    let parent = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    return unsafe access(parent, W_OK | X_OK) == 0 ? nil : SystemFailure.last
  }

  /// Makes the file, or empties one that is there.
  ///
  /// - Parameter path: Where.
  /// - Throws: `CaptureError` with `file`.
  public init(path: String) throws(CaptureError) {
    let activity = "writing \(path)"
    guard
      let format = unsafe pcap_open_dead_with_tstamp_precision(
        DLT_RAW, 65535, UInt32(PCAP_TSTAMP_PRECISION_NANO))
    else {
      throw CaptureError(code: .file, text: "out of memory", activity: activity)
    }
    rst_clear_errno()
    guard let dumper = unsafe pcap_dump_open(format, path) else {
      let number = rst_errno()
      let text = unsafe line(of: String(cString: pcap_geterr(format)))
      unsafe pcap_close(format)
      throw CaptureError(
        code: .file, text: number == 0 ? text : SystemFailure(number: number).description,
        activity: activity)
    }
    // The file's header is in the buffer still: a full disk shows now rather than after the run.
    if let failure = unsafe Self.flush(dumper) {
      unsafe pcap_dump_close(dumper)
      unsafe pcap_close(format)
      throw CaptureError(code: .file, text: "\(failure)", activity: activity)
    }
    unsafe self.format = format
    unsafe self.dumper = dumper
    failure = nil
    self.path = path
  }

  deinit {
    unsafe pcap_dump_close(dumper)
    unsafe pcap_close(format)
  }

  /// Adds a packet.
  ///
  /// - Parameters:
  ///   - packet: The packet; its octets are written.
  ///   - moment: When it was captured.
  public mutating func write(_ packet: Packet, at moment: Moment) {
    let octets = packet.octets
    var header = pcap_pkthdr()
    header.ts = timeval(
      tv_sec: Int(moment.nanoseconds / 1_000_000_000),
      tv_usec: Int(moment.nanoseconds % 1_000_000_000))
    header.caplen = UInt32(octets.count)
    header.len = UInt32(packet.lengthOnLink)
    rst_clear_errno()
    unsafe pcap_dump(
      UnsafeMutableRawPointer(dumper).assumingMemoryBound(to: UInt8.self),
      &header, octets)
    if failure == nil, unsafe ferror(pcap_dump_file(dumper)) != 0 { failure = .last }
  }

  /// Puts everything that was added on disk.
  ///
  /// - Throws: `CaptureError` with `file`, for instance on a full disk.
  public mutating func flush() throws(CaptureError) {
    let last = unsafe Self.flush(dumper)
    guard let failure = failure ?? last else { return }
    throw CaptureError(code: .file, text: "\(failure)", activity: "writing \(path)")
  }

  private static func flush(_ dumper: OpaquePointer) -> SystemFailure? {
    rst_clear_errno()
    guard unsafe pcap_dump_flush(dumper) != 0 || ferror(pcap_dump_file(dumper)) != 0 else {
      return nil
    }
    let number = rst_errno()
    return SystemFailure(number: number == 0 ? EIO : number)
  }
}
