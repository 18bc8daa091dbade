public import RSTWire

/// The places at which a packet of this machine meets rules, in its order.
///
/// include/uapi/linux/netfilter.h; a packet that leaves meets the first three, one that comes the others.
public enum FilterHook: String, Hashable, Sendable {
  case output, postrouting, egress, ingress, prerouting, input
}

/// One chain of rules, of nftables or iptables.
public struct FilterChain: Hashable, Sendable {
  /// Which table of which program it stands in, as "inet filter" or "iptables nat".
  public var table: String
  /// Its name.
  public var name: String
  /// Where packets meet it; nil for one that others jump to.
  public var base: Base?
  /// Its rules, in their order.
  public var rules: [FilterRule] = []

  /// Where packets meet a chain.
  public struct Base: Hashable, Sendable {
    /// The place.
    public var hook: FilterHook
    /// Lower ones are met first.
    public var priority: Int
    /// Whether it is asked for the first packet of a connection alone, as address translation is.
    public var isTranslation: Bool
    /// Whether what no rule decided is dropped.
    public var dropsRest: Bool
    /// The interfaces of a chain of the netdev family; nil for all.
    public var devices: [String]?

    /// Makes a place.
    public init(
      hook: FilterHook, priority: Int, isTranslation: Bool, dropsRest: Bool = false,
      devices: [String]? = nil
    ) {
      self.hook = hook
      self.priority = priority
      self.isTranslation = isTranslation
      self.dropsRest = dropsRest
      self.devices = devices
    }
  }

  /// The family of packets that it is for; nil for both.
  public var family: AddressFamily?

  /// Makes a chain without rules.
  public init(table: String, name: String, family: AddressFamily?, base: Base? = nil) {
    self.table = table
    self.name = name
    self.family = family
    self.base = base
  }
}

/// One rule: what has to hold, and what is done then.
public struct FilterRule: Hashable, Sendable {
  /// What has to hold.
  public var matches: [FilterMatch]
  /// What is done, in order.
  public var actions: [FilterAction]

  /// Makes a rule.
  public init(matches: [FilterMatch], actions: [FilterAction]) {
    self.matches = matches
    self.actions = actions
  }
}

/// Something that has to hold of a packet.
public struct FilterMatch: Hashable, Sendable {
  /// What is looked at.
  public var field: Field
  /// Whether it must be none of the values.
  public var isNegated = false
  /// The values; one that could not be read is `unread`.
  public var values: [Value]
  /// The only family that it can hold for; nil for both.
  public var family: AddressFamily?

  /// What may be looked at.
  public enum Field: Hashable, Sendable {
    case source, destination, sourcePort, destinationPort, inInterface, outInterface
    /// The protocol's name.
    case transport
    /// "ipv4" or "ipv6".
    case family
    /// The state of connection tracking.
    case state
    /// The control bits under a mask.
    case flags(mask: UInt8)
    /// Who owns the socket.
    case user, group
    /// Several at once, each with its own part of a value.
    indirect case all([Field])
    /// Anything else.
    case other(String)
  }

  /// What it is compared with.
  public enum Value: Hashable, Sendable {
    case number(UInt32)
    case range(UInt32, UInt32)
    case prefix(IPAddress, Int)
    case addresses(IPAddress, IPAddress)
    case word(String)
    indirect case all([Value])
    case unread
  }

  /// Makes a match.
  public init(
    _ field: Field, isNegated: Bool = false, _ values: [Value], family: AddressFamily? = nil
  ) {
    self.field = field
    self.isNegated = isNegated
    self.values = values
    self.family = family
  }
}

/// What is done with a packet.
public indirect enum FilterAction: Hashable, Sendable {
  case accept, drop, leaveChain
  /// Refused, with these words for how.
  case reject(String)
  case jump(String)
  case goTo(String)
  /// Sent to a port of this machine.
  case redirect(String)
  /// Given another destination, source, or either.
  case translate(String)
  /// Given another value in a field.
  case change(String)
  /// Given to a program.
  case queue
  /// By what is found under a field in a list: nil for a list that could not be read.
  case map(FilterMatch.Field, family: AddressFamily?, [Entry]?)
  /// Something that could not be read, as it stands.
  case unread(String)

  /// One entry of a verdict map.
  public struct Entry: Hashable, Sendable {
    /// What is looked for.
    public var value: FilterMatch.Value
    /// What is done where it is found.
    public var action: FilterAction

    /// Makes an entry.
    public init(value: FilterMatch.Value, action: FilterAction) {
      self.value = value
      self.action = action
    }
  }
}

/// A packet that rules are asked about, as far as it is known.
public struct FilterPacket: Hashable, Sendable {
  /// Its family.
  public var family: AddressFamily
  /// Its addresses; nil where any may be meant.
  public var source, destination: IPAddress?
  /// Its ports.
  public var sourcePorts, destinationPorts: ClosedRange<UInt16>
  /// The interface that it leaves or comes by; nil where it is not known.
  public var interface: String?
  /// Its control bits.
  public var flags: TCPFlags
  /// What connection tracking calls it.
  public var state: String
  /// Who sends it; nil for one that comes in.
  public var user, group: UInt32?
  /// Whether it leaves this machine.
  public var leaves: Bool

  /// A SYN of ours on its way out.
  ///
  /// - Parameters:
  ///   - family: Its family.
  ///   - source: Our address, where it is known.
  ///   - destination: The target's address, where there is one.
  ///   - port: The target's port, where there is one.
  ///   - interface: The way out, where it is known.
  ///   - user: Whom the socket belongs to.
  ///   - group: Its group.
  public init(
    family: AddressFamily, source: IPAddress?, destination: IPAddress?, port: UInt16?,
    interface: String?, user: UInt32?, group: UInt32?
  ) {
    self.family = family
    self.source = source
    self.destination = destination
    sourcePorts = 32_768...60_999
    destinationPorts = port.map { $0...$0 } ?? 0...65_535
    self.interface = interface
    flags = .syn
    state = "new"
    self.user = user
    self.group = group
    leaves = true
  }

  /// A segment of ours that connection tracking calls invalid, such as a FIN out of nowhere.
  public var odd: Self {
    var packet = self
    packet.flags = .fin
    packet.state = "invalid"
    return packet
  }

  /// The target's answer to it.
  public var answer: Self {
    var packet = self
    swap(&packet.source, &packet.destination)
    swap(&packet.sourcePorts, &packet.destinationPorts)
    packet.flags = [.syn, .acknowledgement]
    packet.state = "established"
    packet.leaves = false
    packet.user = nil
    packet.group = nil
    return packet
  }
}
