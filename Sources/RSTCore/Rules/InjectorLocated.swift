import RSTWire

extension FindingCode {
  /// The interval of hops that forged packets come from.
  public static let injectorLocated = Self(rawValue: "injector-located")
}

/// Where forged resets come from: from which hop limit on the trigger draws them, or half of what a
/// copied hop limit has lost.
///
/// Sundara Raman et al., CoNEXT 2022; INJECTORS, sections 4.1 and 4.3.
struct InjectorLocated: Rule {
  let code = FindingCode.injectorLocated

  func claim(_ seen: Observations) -> Claim? {
    guard let interference = Interference(seen) else { return nil }
    let readings = interference.readings.filter { !$0.isObscured && $0.manner != .inLine }
    let located = readings.lazy.compactMap { reading in
      reading.resetPlace.map { (reading, $0) }
    }
    guard
      let (reading, place) = located.first(where: { reading, place in
        place.basis == .copiedHopLimit || !reading.beyondReach.isEmpty
      })
    else { return nil }
    let routers = place.hops.compactMap { seen.routers[$0].map { "\($0)" } }
    var claim = Claim(
      code, responder: .injector, phase: .data,
      explanation:
        "The forged resets come from \(Self.words(place.hops))"
        + (routers.isEmpty ? "." : ", at or beside \(routers.joined(separator: " or "))."),
      nextStep: "Ask who runs these routers, or what is attached between them.")
    claim.hopRange = place.hops
    claim.add(
      "place", 4, place.detail, packets: place.packets,
      source: "Sundara Raman et al., CoNEXT 2022: TTL-limited triggers")
    if reading.resetRungs.count > 1 {
      claim.add(
        "further-hop-limits-too", 1, "\(reading.resetRungs.count) hop limits in all draw resets",
        packets: reading.resetRungs.prefix(3).compactMap(\.reset?.index),
        source: "Sundara Raman et al., CoNEXT 2022")
    }
    claim.details = routers.isEmpty ? [] : [Detail("routers", .words(routers))]
    let unsteady = reading.unsteadyHops
    if !unsteady.isEmpty {
      let hops = unsteady.map { "\($0)" }.joined(separator: ", ")
      claim.add(
        "paths-differ", -2,
        "different routers answered at hop \(hops): connections take several "
          + "paths, or the path changed meanwhile", source: "INJECTORS, section 4.3: path churn")
    }
    return claim
  }

  /// "hop 2" or "between hop 1 and 2".
  static func words(_ hops: ClosedRange<Int>, at: String = "") -> String {
    hops.count == 1
      ? "\(at)hop \(hops.lowerBound)" : "between hop \(hops.lowerBound) and \(hops.upperBound)"
  }
}
