/// Reads captured frames one after the other, and datagrams that came in parts.
public struct CapturedFrameReader: Sendable {
  private var fragments = FragmentStore()

  /// How often what was put together may be a part in turn, as in a tunnel.
  static let depthLimit = 4

  /// Makes a reader.
  public init() {}

  /// How many datagrams were given up because parts of them were missing.
  public var abandonedDatagrams: Int { fragments.abandoned }

  /// Reads a captured frame.
  ///
  /// - Parameters:
  ///   - link: what the frame begins with.
  ///   - octets: what was captured of the frame.
  ///   - originalLength: how long the frame was on the link, in octets.
  ///   - now: when it was captured, in nanoseconds since any origin.
  ///   - body: is called once, with what was read and with the octets in which it is: the frame's,
  ///     or those of the datagram of which the frame held the part that was missing.
  public mutating func read(
    link: LinkType, octets: Span<UInt8>, originalLength: Int, at now: Int64,
    _ body: (CapturedFrame, Span<UInt8>) throws -> Void
  ) rethrows {
    let frame = CapturedFrame(link: link, octets: octets, originalLength: originalLength)
    guard case .fragment(let fragment) = frame,
      let datagram = fragments.add(fragment, of: octets, at: now)
    else {
      try body(frame, octets)
      return
    }
    try read(datagram, at: now, body)
  }

  /// Reads what was put together, which may be a part in turn.
  private mutating func read(
    _ whole: AssembledDatagram, at now: Int64, _ body: (CapturedFrame, Span<UInt8>) throws -> Void
  ) rethrows {
    var datagram = whole
    var frame = CapturedFrame.other
    for _ in 0..<Self.depthLimit {
      frame = CapturedFrame(
        link: .raw, octets: datagram.octets.span, originalLength: datagram.originalLength)
      guard case .fragment(let inner) = frame,
        let next = fragments.add(inner, of: datagram.octets.span, at: now)
      else { break }
      datagram = next
    }
    try body(frame, datagram.octets.span)
  }
}
