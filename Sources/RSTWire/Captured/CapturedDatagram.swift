/// Where a datagram is in a captured frame: the innermost one of a tunnel.
public struct CapturedDatagram: Hashable, Sendable {
  /// The captured octets from its network header on, by their offsets in the frame; octets of
  /// padding may be at the end.
  public var octets: Range<Int>
  /// How many octets were on the link from its network header on, padding too.
  public var originalLength: Int

  /// Makes a place.
  public init(octets: Range<Int>, originalLength: Int) {
    self.octets = octets
    self.originalLength = originalLength
  }
}

extension Packet {
  /// Reads the datagram at a place of a captured frame, with everything that can be read of it; nil
  /// when the place is not within the octets or holds no network header.
  ///
  /// - Parameters:
  ///   - datagram: the place, as `CapturedFrame` found it in the same octets.
  ///   - octets: what was captured of the frame.
  public init?(_ datagram: CapturedDatagram, of octets: Span<UInt8>) {
    guard datagram.octets.lowerBound >= 0, datagram.octets.upperBound <= octets.count else {
      return nil
    }
    self.init(
      parsing: octets.extracting(datagram.octets), originalLength: datagram.originalLength)
  }
}
