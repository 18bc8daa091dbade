import RSTWire

/// The sentence that heads a report, and what to do where no finding leads.
enum Headline {
  /// "192.0.2.1:80 is closed: ...".
  static func text(_ verdict: Verdict, for target: Target, _ findings: [Finding]) -> String {
    let name =
      target.address.family == .ipv6
      ? "[\(target.address)]:\(target.port)" : "\(target.address):\(target.port)"
    let said = "\(name) is \(verdict.port.rawValue)"
    if verdict.port == .inconclusive {
      let states = verdict.alternatives.prefix(3).map {
        $0.responder == .unknown || $0.responder == .none
          ? $0.port.rawValue : "\($0.port.rawValue) by \(words($0.responder))"
      }
      guard !states.isEmpty else { return "\(said): nothing speaks for any state" }
      return "\(said): " + states.joined(separator: ", or ")
    }
    return said + ": " + reason(verdict) + place(verdict, findings) + mixed(findings)
      + content(findings)
  }

  /// Findings that say more than that the port is open, of somebody on the way.
  static let interference: [FindingCode] = [
    .triggeredBlock, .blackholedAfterTrigger, .injectedData, .injectedReset,
  ]

  /// Content that somebody on the way minds.
  private static func content(_ findings: [Finding]) -> String {
    guard let finding = findings.first(where: { interference.contains($0.code) }) else { return "" }
    if finding.code == .injectedReset { return "; but an injector on the path resets it too" }
    var name = "some content"
    if case .word(let text) = finding.details.first(where: { $0.key == "trigger" })?.value {
      name = text
    }
    let fate =
      switch finding.code {
      case .triggeredBlock: "is reset"
      case .blackholedAfterTrigger: "vanishes"
      default: "is answered by somebody else too"
      }
    let hops = finding.hopRange.map { ", " + InjectorLocated.words($0, at: "at ") } ?? ""
    return "; but what carries \(name) \(fate)\(hops)"
  }

  private static func reason(_ verdict: Verdict) -> String {
    switch (verdict.port, verdict.responder) {
    case (.open, .host): "the host completes a handshake"
    case (.open, let responder): "\(words(responder)) completes the handshake in its name"
    case (.closed, _): "the host's own stack resets, nobody listens"
    case (.rejected, .unknown): "a packet filter refuses, on the host or before it"
    case (.rejected, let responder): "\(words(responder)) refuses on purpose"
    case (.dropped, _): "SYNs vanish without an answer"
    case (.overloaded, _): "a listener is there and takes no connection now"
    case (.unreachable, .none): "this machine finds no way to the host"
    case (.unreachable, _): "a router says that there is no way to the host"
    case (.inconclusive, _): ""
    }
  }

  private static func place(_ verdict: Verdict, _ findings: [Finding]) -> String {
    if let hop = verdict.hop { return ", at hop \(hop)" }
    if let range = verdict.hopRange {
      return ", between hop \(range.lowerBound) and \(range.upperBound)"
    }
    if verdict.port == .dropped,
      let between = findings.lazy.map(\.droppedBetween).first(where: { $0.count == 2 })
    {
      return ", between hop \(between[0].number) and \(between[1].number)"
    }
    return ""
  }

  /// Flows that fared otherwise.
  private static func mixed(_ findings: [Finding]) -> String {
    let codes: [FindingCode] = [.networkFirewallReset, .hostFirewallReset, .closedPort]
    guard let open = findings.first(where: { $0.code == .openPort }), let seen = open.occurrences,
      seen.count < seen.total, let other = findings.first(where: { codes.contains($0.code) }),
      let refused = other.occurrences
    else { return "" }
    return "; but \(refused.count) of \(refused.total) flows are reset"
  }

  static func words(_ responder: Responder) -> String {
    switch responder {
    case .host: "the host"
    case .hostFirewall: "a packet filter on the host"
    case .networkDevice: "a device on the path"
    case .injector: "an injector"
    case .none: "nobody"
    case .unknown: "somebody"
    }
  }

  /// What to do where packets that answer nothing hide the rest.
  static let nextStepBeneathFlood =
    "Somebody sends packets in the target's name that answer nothing of what was sent: only what "
    + "takes its numbers from the probes was believed, and no connection was judged. Look at them "
    + "with --write-pcap, and run again once they have stopped."

  /// What would settle an inconclusive run.
  static func nextStep(_ claims: [Claim]) -> String {
    claims.first?.nextStep
      ?? "Run again from another network, and look at the packets with --write-pcap."
  }
}
