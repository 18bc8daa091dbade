public import RSTWire

/// What a run may vary.
public struct InvestigationOptions: Hashable, Sendable {
  /// Over how many source ports the verdict is repeated: 1...64.
  public var flows = 1
  /// How far the ladder may reach: 1...255.
  public var maximumHops = 30
  /// Whether the path is walked by hop limit.
  public var walksPath = true
  /// A hard cap on packets for one target.
  public var packetBudget = 300

  /// Makes the defaults.
  public init() {}
}

/// One packet that the investigation wants sent now.
public struct Transmission: Hashable, Sendable {
  /// The packet.
  public var draft: PacketDraft
  /// The attempt it belongs to.
  public var attempt: Int

  /// Makes a transmission.
  public init(draft: PacketDraft, attempt: Int) {
    self.draft = draft
    self.attempt = attempt
  }
}
