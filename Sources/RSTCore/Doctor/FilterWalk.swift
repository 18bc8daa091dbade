import RSTWire

/// Something that rules do to a packet.
public struct FilterEffect: Hashable, Sendable {
  /// What is done.
  public var kind: Kind
  /// Whether it is done for certain, or only where something holds that could not be found out.
  public var isCertain: Bool
  /// Where: table, chain, and what it says.
  public var place: String

  /// What may be done.
  public enum Kind: Hashable, Sendable {
    case dropped
    case rejected(String)
    case redirected(String)
    case translated(String)
    case changed(String)
    case queued
    /// A rule that could not be read, and may do anything.
    case unread(String)
  }
}

/// The way of a packet through all rules that it meets, in three-valued logic: what cannot be found out
/// is neither met nor passed.
public struct FilterWalk {
  /// What is done to the packet, in its order.
  public private(set) var effects: [FilterEffect] = []
  /// Whether more rules were met than are followed.
  public private(set) var isCutShort = false

  private var packet: FilterPacket
  private let chains: [String: FilterChain]
  private var isSure = true
  private var budget = 200_000

  /// Chains that jump to each other end in the kernel after 16, too: include/net/netfilter/nf_tables.h.
  private static let deepest = 16
  private static let mostEffects = 64

  private enum End {
    case goesOn, accepted, stopped
  }

  /// Sends a packet on its way.
  ///
  /// - Parameters:
  ///   - packet: The packet.
  ///   - all: All chains there are.
  public init(_ packet: FilterPacket, through all: [FilterChain]) {
    self.packet = packet
    chains = Dictionary(all.map { (Self.key($0.table, $0.name), $0) }) { first, _ in first }
    let hooks: [FilterHook] =
      packet.leaves ? [.output, .postrouting, .egress] : [.ingress, .prerouting, .input]
    for hook in hooks {
      let met = all.filter {
        $0.base?.hook == hook && ($0.family ?? packet.family) == packet.family
      }
      for chain in met.sorted(by: { ($0.base?.priority ?? 0) < ($1.base?.priority ?? 0) }) {
        if let base = chain.base, !enter(chain, base) { return }
      }
    }
  }

  /// Goes through a base chain; false where the packet's way ends there.
  private mutating func enter(_ chain: FilterChain, _ base: FilterChain.Base) -> Bool {
    // Only what begins a connection is asked about.
    guard !base.isTranslation || packet.state == "new" else { return true }
    let wasSure = isSure
    if let devices = base.devices {
      guard let interface = packet.interface else {
        isSure = false
        defer { isSure = wasSure }
        _ = follow(chain, depth: 0)
        return true
      }
      guard devices.contains(interface) else { return true }
    }
    defer { isSure = wasSure }
    switch follow(chain, depth: 0) {
    case .accepted: return true
    case .stopped: return false
    case .goesOn:
      guard base.dropsRest else { return true }
      note(.dropped, chain, "policy drop")
      return !isSure
    }
  }

  private mutating func follow(_ chain: FilterChain, depth: Int) -> End {
    guard depth < Self.deepest else { return .goesOn }
    for rule in chain.rules {
      budget -= 1
      guard budget > 0 else {
        isCutShort = true
        return .goesOn
      }
      let holds = rule.matches.reduce(Certainty.yes) { known, match in
        guard known != .no else { return .no }
        let next = match.holds(for: packet)
        return next == .yes ? known : next
      }
      guard holds != .no else { continue }
      let wasSure = isSure
      if holds == .maybe { isSure = false }
      var end = Step.next
      for action in rule.actions where end == .next {
        end = apply(action, chain, depth: depth)
      }
      if holds == .maybe {
        // Where it does not hold the packet goes on; what follows is met for certain where the rule
        // could not have let it pass before that.
        isSure =
          wasSure && (end == .stop || end == .next && !rule.actions.contains(where: \.branches))
        continue
      }
      switch end {
      case .next:
        continue
      case .leave: return .goesOn
      case .accept: return .accepted
      case .stop: return .stopped
      }
    }
    return .goesOn
  }

  /// What follows meets the packet on its way to this machine itself.
  private mutating func meetAsRedirected(to port: UInt16?) {
    guard isSure, packet.leaves else { return }
    packet.destination =
      packet.family == .ipv4
      ? .v4(IPv4Address(rawValue: 0x7f00_0001)) : .v6(IPv6Address(rawValue: 1))
    packet.interface = "lo"
    if let port { packet.destinationPorts = port...port }
  }

  /// What follows meets the packet with another address.
  private mutating func meetAsTranslated(_ words: String) {
    guard isSure else { return }
    if words.hasPrefix("dnat") {
      packet.destination = nil
      packet.destinationPorts = 0...65_535
    } else {
      packet.source = nil
    }
  }

  /// What follows an action.
  private enum Step {
    case next, leave, accept, stop
  }

  private mutating func apply(_ action: FilterAction, _ chain: FilterChain, depth: Int) -> Step {
    switch action {
    case .accept: return .accept
    case .leaveChain: return .leave
    case .drop:
      note(.dropped, chain, "drop")
      return .stop
    case .reject(let how):
      note(.rejected(how), chain, "reject with \(how)")
      return .stop
    case .redirect(let port):
      note(.redirected(port), chain, "redirect to port \(port)")
      meetAsRedirected(to: UInt16(port))
      return .accept
    case .translate(let words):
      note(.translated(words), chain, words)
      meetAsTranslated(words.lowercased())
      return .accept
    case .change(let words):
      note(.changed(words), chain, words)
      return .next
    case .queue:
      note(.queued, chain, "queue")
      return .stop
    case .unread(let words):
      note(.unread(words), chain, words)
      return .next
    case .jump(let name), .goTo(let name):
      guard let next = chains[Self.key(chain.table, name)] else {
        note(.unread("chain \(name)"), chain, "jump to \(name)")
        return .next
      }
      switch follow(next, depth: depth + 1) {
      case .accepted: return .accept
      case .stopped: return .stop
      case .goesOn:
        guard case .goTo = action else { return .next }
        return .leave
      }
    case .map(let field, let family, let entries):
      return apply(field, family, entries, chain, depth: depth)
    }
  }

  private mutating func apply(
    _ field: FilterMatch.Field, _ family: AddressFamily?, _ entries: [FilterAction.Entry]?,
    _ chain: FilterChain, depth: Int
  ) -> Step {
    guard (family ?? packet.family) == packet.family else { return .next }
    guard let entries else {
      note(.unread("verdict map"), chain, "verdict map")
      return .next
    }
    for entry in entries {
      switch field.compared(with: entry.value, packet) {
      case .no: continue
      case .yes: return apply(entry.action, chain, depth: depth)
      case .maybe:
        let wasSure = isSure
        isSure = false
        let end = apply(entry.action, chain, depth: depth)
        isSure = wasSure && (end == .next || end == .stop)
      }
    }
    return .next
  }

  private mutating func note(_ kind: FilterEffect.Kind, _ chain: FilterChain, _ words: String) {
    guard effects.count < Self.mostEffects else { return isCutShort = true }
    let isWhole: Bool
    if case .unread = kind { isWhole = false } else { isWhole = isSure }
    let effect = FilterEffect(
      kind: kind, isCertain: isWhole, place: "\(chain.table), chain \(chain.name): \(words)")
    if !effects.contains(effect) { effects.append(effect) }
  }

  private static func key(_ table: String, _ name: String) -> String { "\(table)\n\(name)" }
}

extension FilterAction {
  /// Whether it leads through other rules, which may let the packet pass.
  fileprivate var branches: Bool {
    switch self {
    case .jump, .goTo, .map: true
    default: false
    }
  }
}
