extension FindingCode {
  /// A witness at the target shows that the host sent what was received.
  public static let sentByHost = Self(rawValue: "sent-by-host")
  /// A witness at the target shows that the host never sent what was received in its name.
  public static let neverSentByHost = Self(rawValue: "never-sent-by-host")
}

/// What the resets of a run mean with a witness at the target.
extension WitnessJoin {
  /// What a witness's proof weighs, as a change of the log-odds: more than all other evidence together.
  private static let proof = 14.0
  private static let source = "the witness at the target"

  /// Who made the resets, as far as the proofs agree; nil where they do not, or nothing is proven.
  private func maker(of packets: [Int]) -> ProvenMaker? {
    let makers = Set(
      resets.filter { packets.contains($0.packet) }.compactMap { ProvenMaker($0.origin) })
    guard makers.count == 1, let maker = makers.first else { return nil }
    let isKernels = resets.contains { ProvenMaker($0.origin) == .stack }
    return maker == .beside && !isKernels ? .besideQuietKernel : maker
  }

  /// Adds to a claim about the port what the witness shows of the resets that refuse it.
  func weigh(_ claim: inout Claim, _ seen: Observations) {
    if claim.code == .injectedReset {
      weighForgery(&claim)
      return
    }
    let refusals = seen.resetSYNs
    guard let maker = maker(of: refusals) else { return }
    let weight: Double =
      switch (claim.code, maker) {
      case (.closedPort, .stack): Self.proof
      // A program with a stack of its own, for that port alone, is rare.
      case (.closedPort, .beside): -4
      case (.hostFirewallReset, .beside): 4
      // A filter that refuses every port and a program's stack for the whole host look the same there:
      // little evidence is not enough to tell them apart.
      case (.closedPort, .besideQuietKernel), (.hostFirewallReset, .besideQuietKernel): -2
      case (.hostFirewallReset, .stack), (.hostFirewallReset, .elsewhere): -Self.proof
      case (.networkFirewallReset, .stack), (.networkFirewallReset, .beside),
        (.networkFirewallReset, .besideQuietKernel), (.networkFirewallReset, .host):
        -Self.proof
      // Another machine may answer for the port, to which somebody translates it.
      case (.closedPort, .elsewhere), (.networkFirewallReset, .elsewhere): 0
      default: 0
      }
    claim.add("witness", weight, maker.sentence, packets: refusals, source: Self.source)
  }

  /// What is left of a verdict where the witness shows that the host did not answer: a device refuses, or
  /// another machine does to which the port is translated; nil where it does not contradict.
  func correction(of verdict: Verdict, _ seen: Observations) -> Verdict? {
    guard [.closed, .rejected].contains(verdict.port),
      [.host, .hostFirewall].contains(verdict.responder), maker(of: seen.resetSYNs) == .elsewhere
    else { return nil }
    return Verdict(
      port: .inconclusive, responder: .unknown, confidence: 0.5,
      alternatives: [
        Alternative(port: .rejected, responder: .networkDevice, confidence: 0.5),
        Alternative(port: .closed, responder: .unknown, confidence: 0.4),
      ])
  }

  private func weighForgery(_ claim: inout Claim) {
    let shown = Set(claim.evidence.flatMap(\.packets))
    let known = resets.filter { shown.contains($0.packet) }
    // Where the host knows nothing of the connection either, whoever answers in its name may reset too.
    let forged = known.filter { ProvenMaker($0.origin) == .elsewhere && $0.isOfHost }
    if !forged.isEmpty {
      claim.add(
        "witness", Self.proof, "the host never sent \(forged.count) of these resets",
        packets: forged.map(\.packet), source: Self.source)
    } else if !known.isEmpty, known.allSatisfy({ ProvenMaker($0.origin)?.isHost == true }) {
      claim.add(
        "witness", -Self.proof, "the host sent every one of these resets",
        packets: known.map(\.packet), source: Self.source)
    }
  }

  /// Whether the witness proves who answers in a verdict.
  func proves(_ verdict: Verdict, _ seen: Observations) -> Bool {
    switch (verdict.port, verdict.responder) {
    case (.open, .host):
      seen.allSYNs.contains { $0.synAck.map { sentSYNACKs.contains($0.index) } ?? false }
    case (.closed, .host): maker(of: seen.resetSYNs) == .stack
    case (.rejected, .hostFirewall): maker(of: seen.resetSYNs) == .beside
    case (.rejected, .networkDevice): maker(of: seen.resetSYNs) == .elsewhere
    default: false
    }
  }

  /// What the witness itself says.
  var findings: [Finding] { [neverSent, sent].compactMap(\.self) }

  private var neverSent: Finding? {
    let forged = resets.filter { ProvenMaker($0.origin) == .elsewhere }
    guard !forged.isEmpty else { return nil }
    func packets(_ hasArrived: Bool?) -> [Int] {
      forged.filter { $0.origin == .neverSent(hasArrived: hasArrived) }.map(\.packet)
    }
    var claim = Claim(
      .neverSentByHost,
      responder: !packets(true).isEmpty
        ? .injector : packets(false).isEmpty ? .unknown : .networkDevice,
      phase: nil,
      explanation:
        "Resets came in the host's name that the host never sent: they were made on the way.",
      nextStep: "Show this to whoever runs the devices between: the host is not the one to ask.")
    claim.occurrences = .init(count: forged.count, total: resets.count)
    for (hasArrived, words) in [
      (true, ", and what it answers arrived there all the same"),
      (false, ", and what it answers never arrived there"), (nil, ""),
    ] as [(Bool?, String)] {
      let shown = packets(hasArrived)
      claim.add(
        "never-sent", shown.isEmpty ? 0 : Self.proof,
        "\(shown.count == 1 ? "a reset" : "\(shown.count) resets") that the host did not send\(words)",
        packets: shown, source: Self.source)
    }
    return Finding(proven: claim)
  }

  private var sent: Finding? {
    var reasons: [(word: String, packets: [Int])] = []
    for reset in resets {
      guard case .sent(let maker) = reset.origin else { continue }
      let word =
        switch maker {
        case .stack(let made): made.reason
        case .beside: ""
        case .unknown: "?"
        }
      if let place = reasons.firstIndex(where: { $0.word == word }) {
        reasons[place].packets.append(reset.packet)
      } else {
        reasons.append((word, [reset.packet]))
      }
    }
    guard !reasons.isEmpty else { return nil }
    var claim = Claim(
      .sentByHost, responder: reasons.allSatisfy { $0.word.isEmpty } ? .hostFirewall : .host,
      phase: nil, explanation: "The host sent these resets itself.",
      nextStep: "Ask whoever runs the host; nothing on the way made them.")
    claim.occurrences = .init(
      count: reasons.reduce(0) { $0 + $1.packets.count }, total: resets.count)
    for (word, packets) in reasons {
      let detail =
        switch word {
        case "": "made on the host, and not by its kernel's TCP"
        case "?": "made on the host"
        default: "made by the host's TCP: \(KernelReason.sentence(for: word)) (\(word))"
        }
      claim.add("sent", Self.proof, detail, packets: packets, source: Self.source)
    }
    let words = reasons.map(\.word).filter { !["", "?"].contains($0) }
    if !words.isEmpty { claim.details.append(Detail("kernel_reasons", .words(words))) }
    return Finding(proven: claim)
  }
}

/// Who made a reset, where that is proven.
enum ProvenMaker: Hashable {
  /// The kernel's TCP on the host, since it knows no socket for what it answers.
  case stack
  /// Something else on the host.
  case beside
  /// The same, where the kernel's TCP resets nothing at all: a filter that refuses every port, or a program's
  /// own stack for the whole host.
  case besideQuietKernel
  /// The host, with whatever.
  case host
  /// Nothing on the host.
  case elsewhere

  init?(_ origin: WitnessedReset.Origin) {
    switch origin {
    case .sent(.stack(let reset)): self = reset.reason == "NO_SOCKET" ? .stack : .host
    case .sent(.beside): self = .beside
    case .sent(.unknown): self = .host
    case .neverSent: self = .elsewhere
    case .passed, .unproven: return nil
    }
  }

  var isHost: Bool { self != .elsewhere }

  var sentence: String {
    switch self {
    case .stack: "the host sent these resets, and its kernel's TCP made them"
    case .beside, .besideQuietKernel:
      "the host sent these resets, and its kernel's TCP did not make them"
    case .host: "the host sent these resets"
    case .elsewhere: "the host never sent these resets"
    }
  }
}

extension Observations {
  /// The resets that refuse ordinary SYNs at the target's port: indexes of packets.
  var resetSYNs: [Int] {
    allSYNs.filter { $0.synAck == nil }.compactMap { $0.reset?.index }
  }
}

extension Finding {
  /// What a claim says that is beyond doubt.
  init(proven claim: Claim) {
    self.init(claim, confidence: 1)
    isProven = true
  }
}
