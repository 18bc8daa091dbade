internal import CPcap
internal import RSTWire

extension LinkType {
  /// Reads libpcap's data link type, or a file's link type; nil for those that rstprobe cannot
  /// read.
  ///
  /// DLT_RAW is 12 or 14 by system, LINKTYPE_RAW 101; 228 and 229 are raw IPv4 and IPv6.
  init?(dataLink number: Int32) {
    switch number {
    case DLT_EN10MB: self = .ethernet
    case 12, 14, 101, DLT_IPV4, DLT_IPV6: self = .raw
    case DLT_LINUX_SLL: self = .linuxCooked
    case DLT_LINUX_SLL2: self = .linuxCooked2
    case DLT_NULL, DLT_LOOP: self = .loopback
    default: return nil
    }
  }
}

/// The name and number of a data link type, as in "IEEE802_11 (105)".
func linkTypeName(_ number: Int32) -> String {
  guard let name = unsafe pcap_datalink_val_to_name(number) else { return "\(number)" }
  return unsafe "\(String(cString: name)) (\(number))"
}
