/// What a connection is for that content is tried on.
public enum TriggerRole: Hashable, Sendable {
  /// A control: nothing is sent.
  case silent
  /// A control: our FIN, and nothing before it.
  case close
  /// A control: random octets, as many as the trigger has.
  case noise
  /// A control: the same protocol with a harmless name.
  case harmless
  /// A control: what is harmless, at the same time as the trigger and right before it.
  case beside
  /// The trigger.
  case trigger
  /// The trigger, cut in two segments in the midst of its name.
  case split
  /// The trigger with a hop limit that ends on the way.
  case rung(Int)
  /// A control: what is harmless with a hop limit that ends on the way.
  case controlRung(Int)
  /// A control that was opened before the trigger, and on which nothing is sent: whether it stands
  /// tells what happens to the endpoints from what happens to one connection.
  case bystander
  /// What is harmless, after the trigger: whether the endpoints are still blocked.
  case afterwards

  /// The name in `probes[].probe`.
  public var name: String {
    switch self {
    case .silent: "trigger-control-silent"
    case .close: "trigger-control-close"
    case .noise: "trigger-control-noise"
    case .harmless: "trigger-control-harmless"
    case .beside: "trigger-control-beside"
    case .trigger: "trigger"
    case .split: "trigger-split"
    case .rung: "trigger-rung"
    case .controlRung: "trigger-control-rung"
    case .bystander: "trigger-bystander"
    case .afterwards: "trigger-afterwards"
    }
  }

  /// What the connection is for, in a few words.
  public var summary: String {
    switch self {
    case .silent: "a control: nothing is sent"
    case .close: "a control: closed by us at once"
    case .noise: "a control: random octets"
    case .harmless: "a control: a harmless name"
    case .beside: "a control: a harmless name, right before the trigger"
    case .trigger: "the trigger"
    case .split: "the trigger in two segments"
    case .rung(let hopLimit): "the trigger with hop limit \(hopLimit)"
    case .controlRung(let hopLimit): "what is harmless with hop limit \(hopLimit)"
    case .bystander: "a control beside the trigger: nothing is sent"
    case .afterwards: "what is harmless, after the trigger"
    }
  }

  /// Whether it goes all the way and carries nothing that should provoke anybody.
  var isControl: Bool {
    switch self {
    case .silent, .close, .noise, .harmless, .beside: true
    case .trigger, .split, .rung, .controlRung, .bystander, .afterwards: false
    }
  }

  /// The hop limit of what it sends, where that ends on the way.
  public var hopLimit: Int? {
    switch self {
    case .rung(let hopLimit), .controlRung(let hopLimit): hopLimit
    default: nil
    }
  }
}

/// What became of one connection that content was tried on; the packets are in the transcript.
public struct TriggerObservation: Hashable, Sendable {
  /// Which trigger: its place in what was asked for.
  public var trigger: Int
  /// What the connection was for.
  public var role: TriggerRole
  /// The attempt in the transcript.
  public var attempt: Int
  /// When its SYN was sent.
  public var opened: Moment
  /// Whether the handshake was completed.
  public var isOpened: Bool
  /// When its content was sent first, or the listening began; nil where it was not opened.
  public var begun: Moment?
  /// When it was first asked whether it stands: what comes behind that may be an answer to it.
  public var checked: Moment?
  /// Whether it stood then.
  public var liveness: Liveness
  /// What showed that: index.
  public var livenessPacket: Int?
  /// How many octets of content it had to carry.
  public var length: Int
  /// Whether the host acknowledged all of them, or where nothing was sent, the FIN.
  public var isTaken: Bool
  /// Whether the host had no room left in its window: what it does not take then is not lost.
  public var isStalled = false
  /// How often the content was sent.
  public var sends: Int
  /// How many resets came before it was asked.
  public var resets: Int
  /// Whether segments came whose hop limit is not that of the SYN ACK.
  public var hasForeignSegments: Bool
  /// Of one after the trigger: whether it watches how long the endpoints stay blocked, and does not
  /// merely look whether another trigger can be tried.
  public var isMeasured = false
  /// Whether the host's FIN came.
  public var isClosedByPeer: Bool
  /// Whether the run ended before it had been listened to as long as it should.
  public var isCutShort = false

  /// Whether it fared otherwise than a connection does that nobody minds.
  public var isDisturbed: Bool {
    !isOpened || resets > 0 || (length > 0 && !isTaken) || liveness != .alive && !isClosedByPeer
  }
}
