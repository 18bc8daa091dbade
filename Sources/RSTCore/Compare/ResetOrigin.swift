/// What another capture shows of where a reset was made.
///
/// Where that is proven, it stands above everything that the reset's own fields say.
public enum ResetOrigin: Hashable, Sendable {
  /// The capture on its sender's own link shows it too.
  case sent
  /// More resets like it came than were sent: it may be the sender's or another's.
  case oneOfMore
  /// A device between has accepted the connection in the server's name, and made this reset too.
  case proxy
  /// The capture nearer to its sender never saw it: it was made between the two.
  ///
  /// - Parameters:
  ///   - doubt: What speaks against that.
  ///   - hasProvocationPassed: Whether the segment that it answers went on to its destination; nil
  ///     where that is not known.
  ///   - isRefusedThere: Whether connections to the same port are refused between the two as well.
  case between(doubt: Doubt, hasProvocationPassed: Bool?, isRefusedThere: Bool = false)

  /// The other capture may not have run then.
  static let unseen = Self.between(doubt: .stopped, hasProvocationPassed: nil)
}

extension ResetOrigin {
  /// Causes that lie with something between the two ends, or can.
  private static let madeBetween: Set<FindingCode> = [
    .injectedReset, .networkFirewallReset, .middleboxForgot, .idleReset, .resetIgnored,
    .conntrackInvalidReset,
  ]

  /// Causes whose maker keeps what it resets.
  private static let inLine: Set<FindingCode> = [.networkFirewallReset, .middleboxForgot]

  /// How much the proof says, as a change of the log-odds.
  private static func weight(_ doubt: Doubt) -> Double {
    switch doubt {
    case .none: 8
    case .elsewhere: 2
    case .stopped: 0
    }
  }

  /// Adds to a cause what the comparison says for or against it.
  func weigh(_ claim: inout Claim, of seen: ResetCase) {
    let reset = seen.segment
    switch self {
    case .sent:
      guard claim.responder == .injector || claim.responder == .networkDevice else { return }
      claim.add(
        "sent-by-the-host", -8, "the capture on its sender's own link shows this reset too",
        frames: [reset], source: "the comparison of two captures")
    case .oneOfMore:
      if claim.responder == .host { claim.responder = .unknown }
      claim.add(
        "one-too-many", 0, "more resets like it came than the capture nearer to its sender shows",
        frames: [reset], source: "the comparison of two captures")
    case .proxy:
      if claim.responder == .injector {
        claim.add(
          "proxied", -8, "whoever accepted the connection for the server resets it too",
          frames: [reset], source: "the comparison of two captures")
      } else {
        claim.responder = .networkDevice
      }
    case .between(let doubt, let hasPassed, let isRefused):
      let weight = Self.weight(doubt)
      if claim.responder == .host { claim.responder = Self.maker(doubt, insteadOfHost: claim) }
      guard Self.madeBetween.contains(claim.code) else {
        claim.add(
          "never-sent", -weight, Self.sentence(doubt), frames: [reset],
          source: "the comparison of two captures")
        return
      }
      claim.add(
        "never-sent", weight / 2, Self.sentence(doubt), frames: [reset],
        source: "the comparison of two captures")
      if let hasPassed { weighProvocation(hasPassed, &claim, of: reset) }
      if claim.code == .injectedReset, doubt == .none {
        claim.nextStep =
          "Move the two capture points towards each other until both show it: whoever makes it sits "
          + "between the last two."
      }
      if claim.code == .middleboxForgot, seen.answersWhatEnds {
        claim.add(
          "ends-on-the-way", -10, "what it answers had too low a hop limit to arrive anywhere",
          frames: [seen.reset.answered, reset], source: "RFC 791, section 3.1")
      }
      if claim.code == .middleboxForgot, seen.belongsToNothing {
        claim.add(
          "nothing-to-forget", -10,
          "no connection of these endpoints was captured that could be forgotten",
          frames: [reset], source: "the comparison of two captures")
      }
      if isRefused, claim.code == .middleboxForgot {
        claim.add(
          "refuses-all", -4, "connections to the same port are refused between the two as well",
          frames: [reset], source: "the comparison of two captures")
      }
    }
  }

  /// Who made what the fields of a reset say that the host made.
  ///
  /// Where the other capture may not have run, it stands if the fields say it clearly.
  private static func maker(_ doubt: Doubt, insteadOfHost claim: Claim) -> Responder {
    switch doubt {
    case .none: .networkDevice
    case .elsewhere: .unknown
    case .stopped: claim.score < clear ? .unknown : .host
    }
  }

  /// The weight of several marks of a host, or of one that nobody else can know.
  private static let clear = 4.0

  /// A device in line keeps what it resets; whoever stands beside the path cannot.
  private func weighProvocation(
    _ hasPassed: Bool, _ claim: inout Claim, of reset: LoggedSegment
  ) {
    let isBeside = claim.code == .injectedReset
    claim.add(
      hasPassed ? "provocation-passed" : "provocation-kept",
      hasPassed == isBeside
        ? 2.5 : isBeside ? -4 : Self.inLine.contains(claim.code) ? -8 : -2.5,
      hasPassed
        ? "what it answers went on to its destination all the same"
        : "what it answers never arrived at its destination",
      frames: [reset], source: "the comparison of two captures")
  }

  private static func sentence(_ doubt: Doubt) -> String {
    switch doubt {
    case .none: "the capture nearer to its sender shows that it was never sent"
    case .elsewhere: "the capture nearer to its sender does not show it, nor others of that side"
    case .stopped: "the capture nearer to its sender, which may not have run, does not show it"
    }
  }
}

extension ResetOrigin {
  /// Who made it, where no cause fits.
  var maker: Responder {
    switch self {
    case .sent: .host
    case .proxy, .between(doubt: .none, _, _): .networkDevice
    case .oneOfMore, .between: .unknown
    }
  }
}

extension ResetCase {
  /// Whether what was reset belongs to no connection that the capture shows.
  fileprivate var belongsToNothing: Bool {
    !connection.hasBeginning && sender.segments == 0 && receiver.octets == 0
  }

  /// Whether what was reset ends on the way by itself, which does not tell who reset it.
  fileprivate var answersWhatEnds: Bool {
    reset.answered.map { $0.hopLimit < ComparedConnection.leastHopLimit } ?? false
  }
}
