public import RSTCore
public import RSTWire

/// What the prober's own machine does with packets that are handed to it.
public struct SimulatedKernel: Sendable {
  /// The refusal of a packet; nil when the kernel takes it.
  public var refusal: @Sendable (Packet) -> Refusal? = { _ in nil }
  /// Whether a packet is taken and never leaves, as behind a sidecar that eats it.
  public var swallows: @Sendable (Packet) -> Bool = { _ in false }
  /// What leaves in a packet's place, as behind rules that change packets.
  public var alters: @Sendable (PacketDraft) -> PacketDraft = { $0 }
  /// What it sends by itself when something arrives, as a filter does that rejects with resets.
  public var answers: @Sendable (Packet) -> PacketDraft? = { _ in nil }
  /// Whether a packet of ours is not captured, as where the kernel had no room left for it.
  public var misses: @Sendable (Packet) -> Bool = { _ in false }
  /// When the user interrupts the run.
  public var interruption: Moment?
  /// Packets that arrive whatever is sent, each after the start of the run.
  public var noise: [(after: Duration, packet: Packet)] = []
  /// Changes what arrives, as a hostile peer might.
  public var tamper: (@Sendable ([UInt8], inout SeededGenerator) -> [UInt8])?

  /// How long the prober may have to wait for the processor before each packet that it sends.
  ///
  /// On a busy machine what arrives meanwhile is captured in time, and read late.
  public var stall = Duration.zero

  /// How often each packet that arrives is captured: whoever sends may send it a hundred times.
  public var copies = 1

  /// Makes a kernel that sends everything.
  public init() {}

  /// A packet filter of the prober's own machine that refuses what it matches.
  public static func refusing(
    _ match: PacketMatch, _ refusal: Refusal = Refusal(cause: .filtered, text: "EPERM")
  ) -> Self {
    var kernel = Self()
    kernel.refusal = { match.matches($0) ? refusal : nil }
    return kernel
  }
}
