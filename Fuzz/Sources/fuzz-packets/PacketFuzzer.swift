import FuzzDriver
import RSTWire

/// Frames of every link layer: for each the number of its link type, how much longer it was than what
/// was captured, and its length, then its octets.
@main struct PacketFuzzer {
  static func main() { FuzzDriver.run(broken) }

  private static func broken(_ input: [UInt8]) -> String? {
    var supply = Supply(input)
    var reader = CapturedFrameReader()
    var number: Int64 = 0
    while !supply.isEmpty {
      let link = LinkType.allCases[Int(supply.octet()) % LinkType.allCases.count]
      // What a file claims may be less than there is.
      let excess = Int(Int8(bitPattern: supply.octet()))
      let octets = supply.octets(atMost: Int(supply.uint16() % 4_096))
      let originalLength = octets.count + excess
      let packet = Packet(link: link, octets: octets, originalLength: originalLength)
      let found =
        packet.flatMap { WireInvariants.broken(by: $0, of: octets) ?? brokenText(of: $0) }
        ?? packet.flatMap(brokenRemaking)
        ?? WireInvariants.brokenReader(of: octets)
        ?? WireAgreement.difference(
          link: link, octets: octets.span, originalLength: originalLength)
      if let found { return found }
      var isThere = true
      var calls = 0
      reader.read(
        link: link, octets: octets.span, originalLength: originalLength, at: number
      ) { frame, octets in
        calls += 1
        if case .segment(_, let place) = frame { isThere = Packet(place, of: octets)?.tcp != nil }
      }
      guard isThere else { return "a segment that is not there" }
      guard calls == 1 else { return "\(calls) readings of a frame" }
      number += 7_000_000_000
    }
    return nil
  }

  private static func brokenText(of packet: Packet) -> String? {
    WireInvariants.brokenText(of: packet)
  }

  /// What was read can be made, and is read again as the same.
  private static func brokenRemaking(of packet: Packet) -> String? {
    guard let header = packet.tcp else { return nil }
    let made = Packet(network: packet.network, tcp: header, payload: packet.payload)
    // Where the header has more than its length fields can say, or goes on elsewhere, it is not read.
    guard var again = made.tcp, made.anomalies.isEmpty else { return nil }
    again.checksum = header.checksum
    again.dataOffset = header.dataOffset
    return again == header && made.payload == packet.payload ? nil : "\(again) for \(header)"
  }
}
