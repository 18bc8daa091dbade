public import RSTCore
public import RSTWire

/// Which way a packet goes on a simulated path.
public enum Way: Hashable, Sendable {
  /// From the prober.
  case towardsHost
  /// To the prober.
  case towardsProber
}

/// A packet that somebody sends, at once or later.
public struct Emission: Sendable {
  /// The packet.
  public var packet: Packet
  /// How long after the packet that caused it.
  public var delay: Duration

  /// Makes an emission.
  public init(_ packet: Packet, after delay: Duration = .zero) {
    self.packet = packet
    self.delay = delay
  }
}

/// What a middlebox does with a packet.
public struct Treatment: Sendable {
  /// What goes on; nil when the packet ends here.
  public var onward: Packet?
  /// What goes back to where the packet came from.
  public var answers: [Emission] = []

  /// Makes a treatment.
  public init(onward: Packet?, answers: [Emission] = []) {
    self.onward = onward
    self.answers = answers
  }

  /// The packet goes on as it is.
  public static func pass(_ packet: Packet) -> Self { Self(onward: packet) }
  /// The packet vanishes.
  public static let drop = Self(onward: nil)
}

/// Something on a router or a host that looks at packets: a filter, a proxy, an injector.
public protocol Middlebox: Sendable {
  /// Whether it sees packets before the router decides about their hop limit.
  var actsBeforeRouting: Bool { get }
  /// Decides about a packet.
  mutating func treat(
    _ packet: Packet, _ way: Way, at site: inout Site, now: Moment
  ) -> Treatment
}

extension Middlebox {
  /// Filters of Linux decide after the hop limit.
  public var actsBeforeRouting: Bool { false }
}

/// Which packets a filter is about.
public struct PacketMatch: Sendable {
  /// Whether it is about this packet.
  public var matches: @Sendable (Packet) -> Bool

  /// Makes a match.
  public init(_ matches: @escaping @Sendable (Packet) -> Bool) { self.matches = matches }

  /// Everything.
  public static let all = Self { _ in true }
  /// Every TCP segment.
  public static let segments = Self { $0.tcp != nil }
  /// Segments to a port.
  public static func port(_ port: UInt16) -> Self { Self { $0.tcp?.destinationPort == port } }
  /// Segments to all ports but some.
  public static func portsExcept(_ ports: Set<UInt16>) -> Self {
    Self { $0.tcp.map { !ports.contains($0.destinationPort) } ?? false }
  }
  /// SYN without FIN, RST and ACK to a port, as `--syn` matches it.
  public static func syn(to port: UInt16) -> Self {
    Self { packet in
      guard let header = packet.tcp, header.destinationPort == port else { return false }
      return header.flags.intersection([.syn, .fin, .reset, .acknowledgement]) == .syn
    }
  }
  /// Flags that no client sends: NULL, SYN with FIN or RST, FIN without ACK.
  public static let oddFlags = Self { packet in
    guard let flags = packet.tcp?.flags else { return false }
    return flags.isEmpty || flags.isSuperset(of: [.syn, .fin])
      || flags.isSuperset(of: [.syn, .reset])
      || flags.contains(.fin) && !flags.contains(.acknowledgement)
  }
  /// Echo requests.
  public static let echo = Self { $0.icmp.map { $0.type == 8 || $0.type == 128 } ?? false }
}
