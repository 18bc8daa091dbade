/// What one captured frame holds, read without an allocation.
///
/// Tunnels are walked through to the innermost datagram: IP in IP (RFC 2003, RFC 4213), GRE
/// (RFC 2784, RFC 2890), VXLAN (RFC 7348) and Teredo (RFC 4380), up to four in each other.
public enum CapturedFrame: Hashable, Sendable {
  /// A TCP segment, and where its datagram is.
  case segment(CapturedSegment, in: CapturedDatagram)
  /// A part of a datagram.
  case fragment(CapturedFragment)
  /// An ICMP or ICMPv6 message: where its datagram is.
  case icmp(CapturedDatagram)
  /// Something else, as the headers say that were read.
  case other
  /// A header of the link, the network or TCP is cut off or impossible.
  case unreadable

  /// How many tunnels in each other are walked through.
  public static let tunnelLimit = 4

  /// Reads a captured frame.
  ///
  /// - Parameters:
  ///   - link: what the frame begins with.
  ///   - octets: what was captured of the frame.
  ///   - originalLength: how long the frame was on the link, in octets.
  public init(link: LinkType, octets: Span<UInt8>, originalLength: Int) {
    var link = link
    var start = 0
    var end = octets.count
    var original = max(originalLength, octets.count)
    for _ in 0...Self.tunnelLimit {
      guard let layer = LinkLayer(parsing: octets.extracting(start..<end), type: link) else {
        self = .unreadable
        return
      }
      guard layer.carriesDatagram else {
        self = .other
        return
      }
      start += layer.length
      original -= layer.length
      let place = CapturedDatagram(octets: start..<end, originalLength: original)
      let datagram = octets.extracting(start..<end)
      guard let header = DatagramHeader(parsing: datagram) else {
        self = .unreadable
        return
      }
      let extent = DatagramExtent(
        headerLength: header.length, claimedLength: header.claimedLength,
        present: datagram.count, original: original)
      guard header.length <= extent.end else {
        self = .unreadable
        return
      }
      let upper = datagram.extracting(header.length..<extent.end)
      if let part = header.part {
        self = .fragment(
          CapturedFragment(part, header: header, extent: extent, start: start))
        return
      }
      switch (header.protocolNumber, header.identification) {
      case (6, _):
        if let segment = CapturedSegment(
          parsing: upper, header: header, length: extent.length - header.length,
          isVerifiable: extent.isWhole && header.destinationIsFinal)
        {
          self = .segment(segment, in: place)
        } else {
          self = .unreadable
        }
        return
      case (1, .some), (58, nil):
        self = .icmp(place)
        return
      default: break
      }
      guard let tunnel = Tunnel(protocolNumber: header.protocolNumber, octets: upper) else {
        self = .other
        return
      }
      end = start + extent.end
      start += header.length + tunnel.length
      original = extent.length - header.length - tunnel.length
      link = tunnel.link
    }
    self = .other
  }
}
