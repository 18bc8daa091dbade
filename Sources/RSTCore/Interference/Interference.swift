import RSTWire

/// What rules want to know of the triggers: each with its connections, beside the controls.
public struct Interference: Sendable {
  /// The connections, in the order in which they ended.
  let stories: [TriggerStory]
  /// The hop limits with which the host's own segments arrive, in any role: SYN ACKs of all
  /// connections and whatever the controls got that nobody disturbed.
  let hostHopLimits: Set<UInt8>
  /// The lowest hop limit with which content reached the host; nil where none of them did.
  let hostBegins: Int?
  /// The shortest handshake.
  let roundTrip: Duration?
  /// The chance that one exchange on this path loses a packet.
  private let lossRate: Double
  /// How many connections that took a trigger without a word show that nobody minds it.
  let trials: Int
  /// How likely it may be that all of some questions were lost, where something rests on it.
  private static let chanceOfLoss = 5e-3
  /// How many triggers were tried.
  let count: Int

  /// Nil where none was tried.
  init?(_ seen: Observations) {
    guard let results = seen.sessions, !results.provocations.isEmpty else { return nil }
    let attempts = Set(results.provocations.map(\.attempt))
    let packets = Dictionary(grouping: seen.packets.filter { attempts.contains($0.attempt) }) {
      $0.attempt
    }
    var stories = results.provocations.map { TriggerStory($0, packets[$0.attempt] ?? []) }
    let undisturbed = stories.filter { $0.seen.role.isControl && !$0.seen.isDisturbed }
    let hopLimits = Set(
      (stories.compactMap(\.synAck) + undisturbed.flatMap(\.segments)).map(
        \.packet.network.hopLimit))
    hostHopLimits = hopLimits
    stories.tellForgotten(hostHopLimits: hopLimits)
    self.stories = stories
    // What is harmless nobody answers in the host's name.
    let taken = stories.filter { story in
      if case .controlRung = story.seen.role { story.seen.isTaken } else { false }
    }
    hostBegins = taken.compactMap(\.seen.role.hopLimit).min()
    roundTrip = stories.compactMap(\.roundTrip).min()
    lossRate = seen.lossRate
    trials = InterferencePlan.trials(results)
    count = (results.provocations.map(\.trigger).max() ?? 0) + 1
  }

  /// The chance that so many attempts were all lost.
  func chanceOfSilence(_ attempts: Int) -> Double { Double.power(lossRate, attempts) }

  /// The connections of a trigger in one role.
  func stories(of trigger: Int, _ isWanted: (TriggerRole) -> Bool) -> [TriggerStory] {
    stories.filter { $0.seen.trigger == trigger && isWanted($0.seen.role) }
  }

  /// Controls that go all the way, for a trigger: its own, and those for all.
  func controls(of trigger: Int) -> [TriggerStory] {
    stories.filter {
      switch $0.seen.role {
      case .silent: true
      case .harmless, .noise: $0.seen.trigger == trigger
      default: false
      }
    }
  }

  /// What each trigger did.
  var readings: [TriggerReading] { (0..<count).map { TriggerReading($0, in: self) } }

  /// Whether a packet came with a hop limit that the host's own segments never have.
  func isForeign(_ record: RecordedPacket) -> Bool {
    !hostHopLimits.isEmpty && !hostHopLimits.contains(record.packet.network.hopLimit)
  }

  /// Whether the content of a connection with a limited hop limit cannot have reached the host.
  func isBeyondReach(_ story: TriggerStory) -> Bool {
    guard let limit = story.seen.role.hopLimit, let hostBegins, limit < hostBegins else {
      return false
    }
    // Another path may be shorter, unless old octets did not get there on this very one, or a router
    // says that the content did not.
    return !story.isReached
      && (!story.expired.isEmpty || chanceOfSilence(story.asks) < Self.chanceOfLoss)
      && (!story.seen.isTaken || !story.expired.isEmpty
        || story.segments.contains(where: isForeign))
  }
}
