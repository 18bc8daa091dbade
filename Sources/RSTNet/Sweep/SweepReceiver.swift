internal import CLinux
internal import RSTCore
internal import RSTWire

/// What comes to the guarded ports of a sweep: a capture with a ring that holds seconds of answers.
struct SweepReceiver: ~Copyable {
  private var capture: Capture
  private var reportedDrops = 0

  /// Enough for the headers of an answer and for what an ICMP error quotes.
  private static let snapLength = 160
  /// Room for some 200,000 answers.
  private static let bufferSize = 64 << 20

  /// Opens the capture; nothing that comes from here on is missed.
  ///
  /// - Parameters:
  ///   - interface: The interface's name.
  ///   - ports: The range of the guarded ports.
  /// - Throws: `CaptureError`.
  init(interface: String, ports: ClosedRange<UInt16>) throws(CaptureError) {
    let capture = try Capture(
      interface: interface, snapLength: Self.snapLength, bufferSize: Self.bufferSize)
    try capture.filter(Self.filter(ports, link: capture.linkType))
    self.capture = capture
  }

  /// A descriptor that is readable when answers wait.
  var descriptor: Int32 { capture.descriptor }

  /// SYN-ACKs and resets to our ports, and ICMP errors that quote a segment from one of them.
  static func filter(_ ports: ClosedRange<UInt16>, link: LinkType) -> String {
    let (low, high) = (ports.lowerBound, ports.upperBound)
    // RFC 792: the quoted header begins at octet 8, and our SYNs have no IPv4 options, so that the
    // quoted source port is at octet 28. RFC 4443: 8 and 40 octets behind the ICMPv6 header.
    let flows = """
      (tcp dst portrange \(low)-\(high)) or \
      (icmp and (icmp[0] = 3 or icmp[0] = 11) and icmp[17] = 6 and icmp[28:2] >= \(low) \
      and icmp[28:2] <= \(high)) or \
      (icmp6 and (ip6[40] = 1 or ip6[40] = 3) and ip6[54] = 6 and ip6[88:2] >= \(low) \
      and ip6[88:2] <= \(high))
      """
    return link == .ethernet ? "(\(flows)) or (vlan and (\(flows)))" : flows
  }

  /// Reads what waits, at most `limit` packets.
  ///
  /// - Parameters:
  ///   - limit: How many at most.
  ///   - body: What to do with each answer, and the kernel's stamp.
  /// - Returns: How many packets were read.
  /// - Throws: `CaptureError`.
  mutating func drain(
    limit: Int, _ body: (SweepAnswer, Int64) -> Void
  ) throws(CaptureError) -> Int {
    var count = 0
    while count < limit {
      let isMore = try capture.readFrame { link, octets, length, stamp in
        switch CapturedFrame(link: link, octets: octets, originalLength: length) {
        case .segment(let segment, _):
          if let answer = SweepAnswer(segment) { body(answer, stamp) }
        case .icmp(let place):
          if let packet = Packet(place, of: octets), let answer = SweepAnswer(packet) {
            body(answer, stamp)
          }
        case .fragment, .other, .unreadable:
          break
        }
      }
      guard isMore else { break }
      count += 1
    }
    return count
  }

  /// How many packets were lost for want of room since this was asked last.
  mutating func newDrops() -> Int {
    let dropped = capture.statistics.dropped
    defer { reportedDrops = dropped }
    return max(dropped - reportedDrops, 0)
  }
}
