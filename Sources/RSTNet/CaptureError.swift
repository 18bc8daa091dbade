internal import CPcap

/// A failure of libpcap: what it said, and what we were doing.
public struct CaptureError: Error, Hashable, Sendable {
  /// What libpcap's number says.
  public enum Code: Hashable, Sendable {
    /// CAP_NET_RAW is missing (PCAP_ERROR_PERM_DENIED).
    case permissionDenied
    /// There is no such interface (PCAP_ERROR_NO_SUCH_DEVICE).
    case noSuchInterface
    /// The interface is down (PCAP_ERROR_IFACE_NOT_UP).
    case interfaceDown
    /// The interface delivers frames of a kind that rstprobe cannot read.
    case unsupportedLinkType
    /// The filter text does not compile.
    case badFilter
    /// A capture file cannot be made, written or read.
    case file
    /// Anything else: libpcap's own number.
    case other(Int32)
  }

  /// What libpcap's number says.
  public var code: Code
  /// libpcap's text, in one line.
  public var text: String
  /// What we were doing, as in "while opening eth0".
  public var activity: String

  /// Makes an error.
  public init(code: Code, text: String, activity: String) {
    self.code = code
    self.text = text
    self.activity = activity
  }

  /// Makes an error from one of libpcap's negative numbers.
  init(number: Int32, text: String, activity: String) {
    let code: Code =
      switch number {
      case PCAP_ERROR_PERM_DENIED, PCAP_ERROR_PROMISC_PERM_DENIED: .permissionDenied
      case PCAP_ERROR_NO_SUCH_DEVICE: .noSuchInterface
      case PCAP_ERROR_IFACE_NOT_UP: .interfaceDown
      default: .other(number)
      }
    self.init(code: code, text: text, activity: activity)
  }
}

extension CaptureError: CustomStringConvertible {
  /// One line for people.
  public var description: String { "\(activity): \(text)" }
}

/// The text of a buffer that a C library filled, up to its end, in one line.
func line(of buffer: [CChar]) -> String {
  let octets = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
  return line(of: String(decoding: octets, as: UTF8.self))
}

/// A text with line ends and blanks at its end removed and those inside made spaces.
func line(of text: String) -> String {
  text.split(whereSeparator: \.isNewline).joined(separator: " ")
}
