/// The link layers that rstprobe can read, by libpcap's data link type.
public enum LinkType: Hashable, Sendable, CaseIterable {
  /// DLT_EN10MB: Ethernet, with any number of VLAN tags and PPPoE sessions.
  case ethernet
  /// DLT_RAW, DLT_IPV4, DLT_IPV6: the datagram alone.
  case raw
  /// DLT_LINUX_SLL: Linux cooked capture.
  case linuxCooked
  /// DLT_LINUX_SLL2: Linux cooked capture, version 2.
  case linuxCooked2
  /// DLT_NULL and DLT_LOOP: a four-octet protocol family.
  case loopback
}
