public import RSTCore
public import RSTWire

/// A machine on the path that answers in its own name: a router, or the host of a filter.
public struct Site: Sendable {
  /// Its addresses; empty where it answers in the name of whom was asked.
  public var addresses: [AddressFamily: IPAddress]
  /// Initial time to live or hop limit of what it sends.
  public var hopLimit: UInt8
  /// How many ICMP errors it sends one client at once, after that one a second.
  public var burst = 6.0

  private var buckets: [IPAddress: (tokens: Double, at: Moment)] = [:]
  private var identification: UInt16 = 0x4000

  /// Makes a site.
  public init(_ addresses: [AddressFamily: IPAddress] = [:], hopLimit: UInt8 = 64) {
    self.addresses = addresses
    self.hopLimit = hopLimit
  }

  /// The ICMP error about a packet; nil where it is rationed, or about an ICMP error.
  public mutating func error(
    type: UInt8, code: UInt8, about packet: Packet, now: Moment
  ) -> Packet? {
    if case .error? = packet.icmp?.body { return nil }
    guard takeToken(for: packet.network.source, now: now) else { return nil }
    identification &+= 1
    var fields = AnswerHeader(hopLimit: hopLimit)
    fields.trafficClass = packet.network.trafficClass & 0x1c | 0xc0
    fields.identification = identification
    fields.dontFragment = false
    fields.flowLabel = UInt32(identification) + 1
    fields.source = addresses[packet.network.source.family]
    return Packet(
      network: fields.answering(packet),
      icmp: .error(type: type, code: code, quoting: packet, limit: 548))
  }

  /// "Time to live exceeded in transit".
  public mutating func timeExceeded(about packet: Packet, now: Moment) -> Packet? {
    error(
      type: packet.network.source.family == .ipv4 ? 11 : 3, code: 0, about: packet, now: now)
  }

  private mutating func takeToken(for client: IPAddress, now: Moment) -> Bool {
    let bucket = buckets[client] ?? (burst, now)
    let tokens = min(burst, bucket.tokens + (now - bucket.at).seconds)
    buckets[client] = (tokens >= 1 ? tokens - 1 : tokens, now)
    return tokens >= 1
  }
}

/// A router: a site with middleboxes that forwards what they let pass.
public struct Router: Sendable {
  /// The machine.
  public var site: Site
  /// What looks at packets, in order.
  public var middleboxes: [any Middlebox]
  /// Whether it says when a hop limit ends.
  public var isSilent = false

  /// Makes a router.
  public init(_ site: Site, _ middleboxes: [any Middlebox] = []) {
    self.site = site
    self.middleboxes = middleboxes
  }

  /// Decides about a packet that arrives.
  mutating func treat(_ packet: Packet, _ way: Way, now: Moment) -> Treatment {
    var treatment = apply(before: true, to: .pass(packet), way, now: now)
    guard var onward = treatment.onward else { return treatment }
    guard onward.network.hopLimit > 1 else {
      treatment.onward = nil
      if !isSilent, let error = site.timeExceeded(about: onward, now: now) {
        treatment.answers.append(Emission(error))
      }
      return treatment
    }
    if let address = site.addresses[onward.network.source.family] { onward.forward(by: address) }
    treatment.onward = onward
    return apply(before: false, to: treatment, way, now: now)
  }

  private mutating func apply(
    before isBefore: Bool, to treatment: Treatment, _ way: Way, now: Moment
  ) -> Treatment {
    var treatment = treatment
    for index in middleboxes.indices where middleboxes[index].actsBeforeRouting == isBefore {
      guard let packet = treatment.onward else { break }
      let next = middleboxes[index].treat(packet, way, at: &site, now: now)
      treatment.onward = next.onward
      treatment.answers += next.answers
    }
    return treatment
  }
}
