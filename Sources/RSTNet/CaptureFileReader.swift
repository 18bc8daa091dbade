internal import CPcap
public import RSTCore
public import RSTWire

/// A capture file, read packet by packet.
@safe public struct CaptureFileReader: ~Copyable {
  /// The link layer of the frames.
  public let linkType: LinkType

  private let path: String
  private let handle: OpaquePointer

  /// Opens a file.
  ///
  /// - Parameter path: Where it is.
  /// - Throws: `CaptureError` with `file` or `unsupportedLinkType`.
  public init(path: String) throws(CaptureError) {
    var text = [CChar](repeating: 0, count: Int(PCAP_ERRBUF_SIZE))
    guard
      let handle = unsafe pcap_open_offline_with_tstamp_precision(
        path, UInt32(PCAP_TSTAMP_PRECISION_NANO), &text)
    else {
      throw CaptureError(code: .file, text: line(of: text), activity: "reading \(path)")
    }
    let dataLink = unsafe pcap_datalink(handle)
    guard let linkType = LinkType(dataLink: dataLink) else {
      unsafe pcap_close(handle)
      throw CaptureError(
        code: .unsupportedLinkType, text: "link type \(dataLink) is not one rstprobe can read",
        activity: "reading \(path)")
    }
    self.path = path
    unsafe self.handle = handle
    self.linkType = linkType
  }

  deinit { unsafe pcap_close(handle) }

  /// One frame of the file.
  public struct Frame: Hashable, Sendable {
    /// What could be read; nil where there is no network header.
    public var packet: Packet?
    /// When it was captured.
    public var moment: Moment
  }

  /// Reads the next frame; nil at the end of the file.
  ///
  /// - Throws: `CaptureError` with `file` where the file is damaged.
  public mutating func next() throws(CaptureError) -> Frame? {
    var header: UnsafeMutablePointer<pcap_pkthdr>?
    var octets: UnsafePointer<UInt8>?
    let status = unsafe pcap_next_ex(handle, &header, &octets)
    guard status != PCAP_ERROR_BREAK else { return nil }
    guard status > 0, let header = unsafe header, let octets = unsafe octets else {
      throw CaptureError(
        code: .file, text: unsafe line(of: String(cString: pcap_geterr(handle))),
        activity: "reading \(path)")
    }
    let stamp = unsafe header.pointee.ts
    let frame = unsafe UnsafeBufferPointer(start: octets, count: Int(header.pointee.caplen))
    return Frame(
      packet: unsafe Packet(
        link: linkType, octets: frame.span, originalLength: Int(header.pointee.len)),
      moment: Moment(
        nanoseconds: Int64(stamp.tv_sec) * 1_000_000_000 + Int64(stamp.tv_usec)))
  }
}
