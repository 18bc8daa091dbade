internal import CLibnet
internal import CLinux
internal import RSTWire

/// A libnet context and the one place where packets are built.
@safe struct LibnetContext: ~Copyable {
  /// What the context sends through.
  enum Kind {
    /// A raw IPv4 socket.
    case rawIPv4
    /// A raw IPv6 socket.
    case rawIPv6
    /// Nothing: it builds only, which needs no privilege.
    case none
  }

  /// libnet's handle; its fields are libnet's own.
  let handle: UnsafeMutablePointer<libnet_t>

  /// Opens a context.
  ///
  /// - Throws: `InjectionError`.
  init(_ kind: Kind) throws(InjectionError) {
    let type =
      switch kind {
      case .rawIPv4: LIBNET_RAW4
      case .rawIPv6: LIBNET_RAW6
      case .none: LIBNET_NONE
      }
    var text = [CChar](repeating: 0, count: Int(LIBNET_ERRBUF_SIZE))
    rst_clear_errno()
    guard let handle = unsafe libnet_init(type, nil, &text) else {
      throw InjectionError(
        code: rst_errno(), text: line(of: text), activity: "opening a raw socket")
    }
    unsafe self.handle = handle
  }

  deinit { unsafe libnet_destroy(handle) }

  /// Whether libnet can express all of a draft.
  ///
  /// libnet 1.1.6 writes the low octet of an IPv6 flow label into the middle one too.
  static func canExpress(_ draft: PacketDraft) -> Bool {
    draft.destination.family == .ipv4 || draft.flowLabel >> 8 & 0xff == draft.flowLabel & 0xff
  }

  /// Builds a packet, from the top down as libnet wants it; the one before it is forgotten.
  ///
  /// - Throws: `InjectionError` where libnet refuses.
  func build(_ draft: PacketDraft) throws(InjectionError) {
    unsafe libnet_clear_packet(handle)
    switch draft.content {
    case .segment(let segment):
      let octets = segment.encoded(source: draft.source, destination: draft.destination)
      // libnet_build_tcp has no argument for the reserved bits.
      if segment.reserved == 0 {
        try build(segment, encoded: octets)
        try buildHeader(of: draft, protocolNumber: IPPROTO_TCP, length: octets.count, payload: [])
      } else {
        try buildHeader(
          of: draft, protocolNumber: IPPROTO_TCP, length: octets.count, payload: octets)
      }
    case .echoRequest(let identifier, let sequence, var data):
      switch draft.destination {
      case .v4:
        try check(
          unsafe libnet_build_icmpv4_echo(
            UInt8(ICMP_ECHO), 0, 0, identifier, sequence, data, UInt32(data.count), handle, 0),
          "building an ICMP echo request")
      case .v6:
        try check(
          unsafe libnet_build_icmpv6_echo(
            UInt8(ICMP6_ECHO), 0, 0, identifier, sequence, &data, UInt32(data.count), handle, 0),
          "building an ICMPv6 echo request")
      }
      let isIPv4 = draft.destination.family == .ipv4
      try buildHeader(
        of: draft, protocolNumber: isIPv4 ? IPPROTO_ICMP : IPPROTO_ICMPV6,
        length: Int(LIBNET_ICMPV4_ECHO_H) + data.count, payload: [])
    }
  }

  /// The text of libnet's last failure, in one line.
  var lastText: String { unsafe line(of: String(cString: libnet_geterror(handle))) }

  private func build(_ segment: SegmentDraft, encoded octets: [UInt8]) throws(InjectionError) {
    let headerLength = octets.count - segment.payload.count
    let options = Array(octets[Int(LIBNET_TCP_H)..<headerLength])
    if !options.isEmpty {
      try check(
        unsafe libnet_build_tcp_options(options, UInt32(options.count), handle, 0),
        "building TCP options")
    }
    // libnet computes the checksum when it gets 0 and keeps any other.
    let checksum =
      switch segment.checksum {
      case .computed: UInt16(0)
      case .corrupted: UInt16(octets[16]) << 8 | UInt16(octets[17])
      }
    try check(
      unsafe libnet_build_tcp(
        segment.sourcePort, segment.destinationPort, segment.sequence.rawValue,
        segment.acknowledgement.rawValue, segment.flags.rawValue, segment.window, checksum,
        segment.urgentPointer, UInt16(clamping: octets.count), segment.payload,
        UInt32(segment.payload.count), handle, 0),
      "building a TCP header")
  }

  /// Builds the IP header over what was built so far, or over finished octets.
  private func buildHeader(
    of draft: PacketDraft, protocolNumber: Int, length: Int, payload: [UInt8]
  ) throws(InjectionError) {
    switch (draft.source, draft.destination) {
    case (.v4(let source), .v4(let destination)):
      let options = draft.ipv4Options
      if !options.isEmpty {
        try check(
          unsafe libnet_build_ipv4_options(options, UInt32(options.count), handle, 0),
          "building IPv4 options")
      }
      try check(
        unsafe libnet_build_ipv4(
          UInt16(clamping: Int(LIBNET_IPV4_H) + options.count + length), draft.trafficClass,
          draft.identification, draft.dontFragment ? UInt16(IP_DF) : 0, draft.hopLimit,
          UInt8(protocolNumber), 0, source.rawValue.bigEndian, destination.rawValue.bigEndian,
          payload, UInt32(payload.count), handle, 0),
        "building an IPv4 header")
    case (.v6, .v6):
      try check(
        unsafe libnet_build_ipv6(
          draft.trafficClass, draft.flowLabel, UInt16(clamping: length), UInt8(protocolNumber),
          draft.hopLimit, libnet_in6_addr(draft.source), libnet_in6_addr(draft.destination),
          payload, UInt32(payload.count), handle, 0),
        "building an IPv6 header")
    default:
      throw InjectionError(
        code: EAFNOSUPPORT, text: "source and destination are of different families",
        activity: "building a packet")
    }
  }

  private func check(_ tag: libnet_ptag_t, _ activity: String) throws(InjectionError) {
    guard tag < 0 else { return }
    throw InjectionError(code: 0, text: lastText, activity: activity)
  }
}

extension libnet_in6_addr {
  /// Takes the octets of an address.
  fileprivate init(_ address: IPAddress) {
    self.init()
    unsafe withUnsafeMutableBytes(of: &self) { memory in
      unsafe memory.copyBytes(from: address.networkOctets.prefix(memory.count))
    }
  }
}
