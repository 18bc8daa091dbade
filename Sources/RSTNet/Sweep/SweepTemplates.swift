internal import CLibnet
internal import CLinux
internal import RSTCore
internal import RSTWire

/// The two packets of a sweep, built once by libnet: the SYN of an ordinary client, and the reset that
/// takes a half-open connection back.
struct SweepTemplates {
  let syn: PacketTemplate
  let reset: PacketTemplate

  /// Builds them.
  ///
  /// - Parameters:
  ///   - source: Our address.
  ///   - timestamp: The first number of the timestamps option.
  /// - Throws: `InjectionError` where libnet refuses.
  init(source: IPAddress, timestamp: UInt32) throws(InjectionError) {
    let options: [TCPOption] = [
      .maximumSegmentSize(1460), .selectiveAcknowledgementPermitted,
      .timestamps(value: timestamp, echo: 0), .noOperation, .windowScale(7),
    ]
    syn = try Self.template(
      source,
      SegmentDraft(
        sourcePort: 1, destinationPort: 1, sequence: SequenceNumber(0), flags: .syn,
        window: 64240, options: options))
    reset = try Self.template(
      source,
      SegmentDraft(
        sourcePort: 1, destinationPort: 1, sequence: SequenceNumber(0), flags: .reset, window: 0))
  }

  private static func template(
    _ source: IPAddress, _ segment: SegmentDraft
  ) throws(InjectionError) -> PacketTemplate {
    let anywhere: IPAddress =
      source.family == .ipv4
      ? .v4(IPv4Address(rawValue: 0)) : .v6(IPv6Address(rawValue: 0))
    let context = try LibnetContext(.none)
    try context.build(
      PacketDraft(source: source, destination: anywhere, content: .segment(segment)))
    guard let template = PacketTemplate(try context.octets()) else {
      throw InjectionError(
        code: EINVAL, text: "libnet's packet cannot be read", activity: "building a template")
    }
    return template
  }
}

extension LibnetContext {
  /// The packet that was built.
  ///
  /// The one call of libnet that hands octets over for every kind of context; it sends nothing, so
  /// that it needs neither an interface nor a privilege.
  ///
  /// - Returns: The octets of the datagram, with its checksums.
  /// - Throws: `InjectionError`.
  func octets() throws(InjectionError) -> [UInt8] {
    var packet: UnsafeMutablePointer<UInt8>?
    var count: UInt32 = 0
    guard unsafe libnet_pblock_coalesce(handle, &packet, &count) == 1, let packet = unsafe packet
    else {
      throw InjectionError(code: 0, text: lastText, activity: "building a template")
    }
    let octets = unsafe Array(UnsafeBufferPointer(start: packet, count: Int(count)))
    unsafe free(packet)
    return octets
  }
}
