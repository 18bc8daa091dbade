import RSTWire

extension FindingCode {
  /// Forged data or a forged FIN beside the host's own.
  public static let injectedData = Self(rawValue: "injected-data")
}

/// Data or a FIN in the host's name that the host never sent: other octets for the same numbers, a FIN
/// that the host's data goes beyond, or an answer to what cannot have reached the host.
///
/// RFC 9293, section 3.8: what is sent again is the same, and nothing follows a FIN.
struct InjectedData: Rule {
  let code = FindingCode.injectedData

  func claim(_ seen: Observations) -> Claim? {
    guard let interference = Interference(seen) else { return nil }
    let stories = interference.stories.filter { $0.seen.isOpened }
    let readings = interference.readings
    let beyond = readings.flatMap(\.beyondReach).filter { !$0.text.isEmpty }
    let conflicts = stories.compactMap(Conflict.init)
    guard !beyond.isEmpty || !conflicts.isEmpty else { return nil }
    var claim = Claim(
      code, responder: .injector, phase: .data,
      explanation:
        "A third party sends data or a FIN in the host's name, such as a page that says that "
        + "something is blocked; the host's own answer comes beside it.",
      nextStep: "Compare with a capture at the host: it never sent these segments.")
    if let first = beyond.first, let text = first.text.first,
      let limit = first.seen.role.hopLimit
    {
      claim.add(
        "answer-from-the-way", 6,
        "content with hop limit \(limit), which cannot reach the host, draws data or a FIN",
        packets: [first.content.first?.index, text.index].compactMap(\.self),
        source: "Sundara Raman et al., CoNEXT 2022")
      claim.hopRange = readings.lazy.compactMap(\.resetPlace).first?.hops
    }
    if let first = conflicts.first {
      claim.add(
        "conflicting-octets", 5,
        "\(conflicts.count) connections got two versions of the same octets, or data beyond a FIN",
        packets: conflicts.prefix(2).flatMap(\.packets), source: "RFC 9293, section 3.8")
      claim.details = [Detail("forged", .word(first.isFinal ? "fin" : "data"))]
    }
    return claim
  }

  /// Two segments of one connection that one sender cannot both have sent.
  private struct Conflict {
    let packets: [Int]
    /// Whether a FIN stands against data, not octets against octets.
    let isFinal: Bool

    init?(_ story: TriggerStory) {
      guard let first = story.synAck?.packet.tcp?.sequence else { return nil }
      var octets: [Int: (octet: UInt8, packet: Int)] = [:]
      var fin: (offset: Int, packet: Int)?
      var beyond: (offset: Int, packet: Int)?
      for record in story.segments {
        guard let header = record.packet.tcp else { continue }
        let offset = header.sequence.distance(from: first)
        // A single octet may be a keep-alive's garbage. RFC 9293, section 3.8.4.
        guard offset > 0, offset < 1 << 16, record.packet.payload.count != 1 else { continue }
        for (place, octet) in record.packet.payload.enumerated() {
          if let known = octets[offset + place], known.octet != octet {
            packets = [known.packet, record.index]
            isFinal = false
            return
          }
          octets[offset + place] = (octet, record.index)
        }
        let end = offset + record.packet.payload.count
        if header.flags.contains(.fin), fin.map({ end < $0.offset }) ?? true {
          fin = (end, record.index)
        }
        if !record.packet.payload.isEmpty, beyond.map({ end > $0.offset }) ?? true {
          beyond = (end, record.index)
        }
      }
      guard let fin, let beyond, beyond.offset > fin.offset else { return nil }
      packets = [fin.packet, beyond.packet]
      isFinal = true
    }
  }
}
