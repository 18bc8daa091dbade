/// A datagram that was put together from its parts.
public struct AssembledDatagram: Hashable, Sendable {
  /// The datagram as captured, from its network header on, without fragment header.
  public var octets: [UInt8]
  /// How long it was, in octets: more than there are where a snap length cut a part.
  public var originalLength: Int

  /// Makes a datagram.
  public init(octets: [UInt8], originalLength: Int) {
    self.octets = octets
    self.originalLength = originalLength
  }
}
