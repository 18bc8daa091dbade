extension FindingCode {
  /// A device answered a segment with a wrong checksum.
  public static let checksumBlindDevice = Self(rawValue: "checksum-blind-device")
  /// The host answered a segment with a wrong checksum.
  public static let checksumBlindHost = Self(rawValue: "checksum-blind-host")
}

/// Whose answer to a segment with a wrong checksum it is: no stack may answer.
///
/// RFC 9293, MUST-3.
struct ChecksumAnswer {
  let reply: Reply
  let isOfHost: Bool?

  init?(_ seen: Observations) {
    guard
      let reply = seen.target("bad-checksum").flatMap(\.replies).first(where: {
        $0.kind == .reset || $0.kind == .synAck
      })
    else { return nil }
    self.reply = reply
    // Compared with answers that cannot be the device's: those of other roles and of echo.
    let traits = ResetTraits(seen)
    let host = HostReference(seen, traits)
    let accepted = seen.allSYNs.compactMap(\.synAck)
    let distances = host.distances.union(accepted.map(\.distance))
    if host.isAnsweredBefore(seen) {
      isOfHost = false
    } else {
      isOfHost = distances.isEmpty ? nil : distances.contains(reply.distance)
    }
  }

  func claim(_ code: FindingCode, isHost: Bool) -> Claim {
    var claim = Claim(
      code, responder: isHost ? .host : .networkDevice,
      explanation: isHost
        ? "The host answers a segment with a wrong TCP checksum."
        : "A device answers a segment with a wrong TCP checksum in the host's name.",
      nextStep: isHost
        ? "Suspect checksum offload or an address translator that repairs checksums."
        : "The device before the host answers for it: its resets are not the host's.")
    claim.add(
      "bad-checksum-answered", 2.5, "a SYN with a wrong checksum was answered", [reply],
      source: "RFC 9293, section 3.1, MUST-3")
    switch isOfHost {
    case .some(let ofHost):
      claim.add(
        "distance", ofHost == isHost ? 2 : -6,
        "hop limit and ladder put the answer \(ofHost ? "at the host" : "elsewhere than the host")",
        [reply], source: "RFC 791, section 3.2")
    case nil:
      claim.add(
        "distance-unknown", -2, "nothing shows the host's own distance", [reply],
        source: "RFC 791, section 3.2")
    }
    return claim
  }
}

/// A device that does not verify checksums answers.
struct ChecksumBlindDevice: Rule {
  let code = FindingCode.checksumBlindDevice

  func claim(_ seen: Observations) -> Claim? {
    ChecksumAnswer(seen)?.claim(code, isHost: false)
  }
}

/// The host itself does not verify checksums, or a translator repairs them.
struct ChecksumBlindHost: Rule {
  let code = FindingCode.checksumBlindHost

  func claim(_ seen: Observations) -> Claim? {
    ChecksumAnswer(seen)?.claim(code, isHost: true)
  }
}
