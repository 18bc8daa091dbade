internal import CPcap
public import RSTWire

/// A live capture on one interface.
///
/// Immediate (a packet is handed over as it comes), non-blocking, with nanosecond stamps where the
/// system has them, and not promiscuous: only what this host sends and gets anyway.
@safe public struct Capture: ~Copyable {
  /// How much of each packet is kept, in octets: headers and quotes; a larger slot would leave
  /// fewer of them in the ring.
  public static let defaultSnapLength = 2048
  /// The size of the kernel's ring, in octets: about 1,900 packets.
  public static let defaultBufferSize = 4 << 20

  /// The link layer of the frames.
  public let linkType: LinkType
  /// A descriptor that is readable when packets wait, for poll.
  public let descriptor: Int32
  /// The name of the interface.
  public let interface: String

  private let handle: OpaquePointer
  private let nanosecondsPerUnit: Int64

  /// What one attempt to read gave.
  enum Reading {
    /// A packet and the kernel's stamp, nanoseconds since 1970.
    case packet(Packet, stamp: Int64)
    /// A frame without a network header that could be read, and its stamp likewise.
    case unreadable(stamp: Int64)
    /// Nothing waits.
    case empty
  }

  /// Opens an interface; from here on the kernel collects, and `filter` narrows it down.
  ///
  /// - Parameters:
  ///   - interface: The name of the interface.
  ///   - snapLength: How much of each packet is kept, in octets: 96...65535.
  ///   - bufferSize: The size of the kernel's ring, in octets.
  /// - Throws: `CaptureError`.
  public init(
    interface: String, snapLength: Int = Self.defaultSnapLength,
    bufferSize: Int = Self.defaultBufferSize
  ) throws(CaptureError) {
    let activity = "opening \(interface) for capture"
    var text = [CChar](repeating: 0, count: Int(PCAP_ERRBUF_SIZE))
    guard let handle = unsafe pcap_create(interface, &text) else {
      throw CaptureError(code: .other(PCAP_ERROR), text: line(of: text), activity: activity)
    }
    unsafe pcap_set_snaplen(handle, Int32(clamping: min(max(snapLength, 96), 65535)))
    unsafe pcap_set_promisc(handle, 0)
    unsafe pcap_set_immediate_mode(handle, 1)
    unsafe pcap_set_timeout(handle, 1)
    unsafe pcap_set_buffer_size(handle, Int32(clamping: bufferSize))
    // Refused where the system has microseconds only; those do then.
    _ = unsafe pcap_set_tstamp_precision(handle, PCAP_TSTAMP_PRECISION_NANO)
    let status = unsafe pcap_activate(handle)
    guard status >= 0 else {
      let detail = unsafe line(of: String(cString: pcap_geterr(handle)))
      let meaning = unsafe line(of: String(cString: pcap_statustostr(status)))
      unsafe pcap_close(handle)
      throw CaptureError(
        number: status, text: detail.isEmpty ? meaning : detail, activity: activity)
    }
    let dataLink = unsafe pcap_datalink(handle)
    guard let linkType = LinkType(dataLink: dataLink) else {
      unsafe pcap_close(handle)
      throw CaptureError(
        code: .unsupportedLinkType, text: "link type \(dataLink) is not one rstprobe can read",
        activity: activity)
    }
    let descriptor = unsafe pcap_get_selectable_fd(handle)
    guard unsafe pcap_setnonblock(handle, 1, &text) == 0, descriptor >= 0 else {
      unsafe pcap_close(handle)
      throw CaptureError(code: .other(PCAP_ERROR), text: line(of: text), activity: activity)
    }
    unsafe self.handle = handle
    self.linkType = linkType
    self.descriptor = descriptor
    self.interface = interface
    let precision = unsafe pcap_get_tstamp_precision(handle)
    nanosecondsPerUnit = precision == PCAP_TSTAMP_PRECISION_NANO ? 1 : 1000
  }

  deinit { unsafe pcap_close(handle) }

  /// Narrows the capture down; packets that waited and do not match are never handed over.
  ///
  /// - Parameter text: A filter in libpcap's language.
  /// - Throws: `CaptureError` with `badFilter` where the text does not compile.
  public func filter(_ text: String) throws(CaptureError) {
    let activity = "filtering \(interface)"
    var program = unsafe bpf_program()
    guard unsafe pcap_compile(handle, &program, text, 1, PCAP_NETMASK_UNKNOWN) == 0 else {
      throw CaptureError(code: .badFilter, text: lastText, activity: activity)
    }
    let status = unsafe pcap_setfilter(handle, &program)
    unsafe pcap_freecode(&program)
    guard status == 0 else {
      throw CaptureError(number: status, text: lastText, activity: activity)
    }
  }

  /// Reads the next packet that waits.
  mutating func read() throws(CaptureError) -> Reading {
    var reading = Reading.empty
    _ = try readFrame { link, octets, length, stamp in
      let packet = Packet(link: link, octets: octets, originalLength: length)
      reading = packet.map { .packet($0, stamp: stamp) } ?? .unreadable(stamp: stamp)
    }
    return reading
  }

  /// Lends the next frame that waits; false where none does.
  ///
  /// - Parameter body: Is given the link layer, the octets, the length on the link, and the kernel's
  ///   stamp in nanoseconds since 1970.
  /// - Returns: Whether there was one.
  /// - Throws: `CaptureError`.
  mutating func readFrame(
    _ body: (LinkType, Span<UInt8>, Int, Int64) -> Void
  ) throws(CaptureError) -> Bool {
    var header: UnsafeMutablePointer<pcap_pkthdr>?
    var octets: UnsafePointer<UInt8>?
    let status = unsafe pcap_next_ex(handle, &header, &octets)
    guard status > 0, let header = unsafe header, let octets = unsafe octets else {
      guard status == 0 else {
        throw CaptureError(number: status, text: lastText, activity: "capturing on \(interface)")
      }
      return false
    }
    let stamp = unsafe header.pointee.ts
    let frame = unsafe UnsafeBufferPointer(start: octets, count: Int(header.pointee.caplen))
    unsafe body(
      linkType, frame.span, Int(header.pointee.len),
      Int64(stamp.tv_sec) * 1_000_000_000 + Int64(stamp.tv_usec) * nanosecondsPerUnit)
    return true
  }

  /// How many packets the kernel counted.
  public struct Statistics: Hashable, Sendable {
    /// Those that passed the filter.
    public var received: Int
    /// Those of them that were dropped for want of room.
    public var dropped: Int
  }

  /// What the kernel counted since the capture was opened; zeros where it does not say.
  public var statistics: Statistics {
    var counts = pcap_stat()
    guard unsafe pcap_stats(handle, &counts) == 0 else {
      return Statistics(received: 0, dropped: 0)
    }
    return Statistics(received: Int(counts.ps_recv), dropped: Int(counts.ps_drop))
  }

  private var lastText: String { unsafe line(of: String(cString: pcap_geterr(handle))) }
}
