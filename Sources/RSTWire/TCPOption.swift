/// One TCP option, in a form that loses no octet. RFC 9293, section 3.2.
public enum TCPOption: Hashable, Sendable {
  /// Kind 0; parsing stops here, the octets behind it are `TCPHeader.optionTail`.
  case endOfList
  /// Kind 1.
  case noOperation
  /// Kind 2, length 4, in octets.
  case maximumSegmentSize(UInt16)
  /// Kind 3, length 3: the shift count, as sent (RFC 7323 allows 0 to 14).
  case windowScale(UInt8)
  /// Kind 4, length 2. RFC 2018.
  case selectiveAcknowledgementPermitted
  /// Kind 8, length 10. RFC 7323.
  case timestamps(value: UInt32, echo: UInt32)
  /// Any other kind, and a known kind with a length that is not its own.
  case other(kind: UInt8, data: [UInt8])
}
