/// A part of a datagram, and where it is in a captured frame.
///
/// RFC 791, section 3.2; RFC 8200, section 4.5.
public struct CapturedFragment: Hashable, Sendable {
  /// What all parts of a datagram share.
  public var key: Key
  /// Where it begins in what the datagram carries, in octets: a multiple of 8.
  public var offset: Int
  /// Whether more parts follow.
  public var hasMore: Bool
  /// The number of the protocol that the datagram carries; of IPv6 the first part's counts.
  public var protocolNumber: UInt8
  /// Where the header is that comes before each part, without IPv6 extension headers.
  public var header: Range<Int>
  /// Where the part is, as far as it was captured.
  public var payload: Range<Int>
  /// Octets of the part on the link, however many of them were captured.
  public var payloadLength: Int

  /// What tells the parts of one datagram from those of others.
  public struct Key: Hashable, Sendable {
    /// Source address.
    public var source: IPAddress
    /// Destination address.
    public var destination: IPAddress
    /// The identification.
    public var identification: UInt32
    /// The IPv4 protocol number; 0 for IPv6, where only the first part's counts.
    public var protocolNumber: UInt8
  }

  /// Takes what the headers say.
  ///
  /// - Parameters:
  ///   - part: which part it is.
  ///   - header: its network header.
  ///   - extent: how far it reaches.
  ///   - start: where its network header begins in the frame.
  init(
    _ part: DatagramHeader.Part, header: DatagramHeader, extent: DatagramExtent, start: Int
  ) {
    key = Key(
      source: header.source, destination: header.destination, identification: part.identification,
      protocolNumber: header.identification == nil ? 0 : header.protocolNumber)
    offset = part.offset
    hasMore = part.hasMore
    protocolNumber = header.protocolNumber
    self.header = start..<(start + part.repeatedLength)
    payload = (start + header.length)..<(start + extent.end)
    payloadLength = extent.length - header.length
  }
}
