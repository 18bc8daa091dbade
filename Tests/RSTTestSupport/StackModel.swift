public import RSTCore

/// How a simulated stack treats the segments of the matrix, cell by cell, as data.
///
/// What it does with anything else is in `SimulatedHost+Model.swift`.
public struct StackModel: Sendable, CustomStringConvertible {
  /// What it calls itself in a failing test.
  public var name: String
  /// What a segment does in ESTABLISHED.
  public var established: [Cell: Reaction]
  /// What a segment does in SYN-RECEIVED.
  public var halfOpen: [HalfOpenQuestion: HalfOpenReaction]
  /// How challenge ACKs are rationed; nil for not at all.
  public var limit: ChallengeLimit?
  /// The window that it advertises, and keeps to.
  public var window: UInt16 = 64_240
  /// What the application does.
  public var service = Service.listens
  /// How many connections it keeps at once before SYNs are dropped.
  public var room = Int.max
  /// How many SYNs it answers in all before they are dropped.
  public var patience = Int.max

  /// What a segment may do to an established connection.
  public enum Reaction: Hashable, Sendable {
    /// An acknowledgement, rationed.
    case challenge
    /// Nothing.
    case ignore
    /// The connection is gone, without a word.
    case close
    /// A reset, and the connection is gone.
    case reset
    /// What it carries is taken.
    case accept
  }

  /// What a segment may do to a half-open connection.
  public struct HalfOpenReaction: Hashable, Sendable {
    /// What it draws.
    public var answer: HalfOpenObservation.Reaction
    /// Whether the half-open connection is gone.
    public var endsIt: Bool

    /// Makes a reaction.
    public init(_ answer: HalfOpenObservation.Reaction, endsIt: Bool = false) {
      self.answer = answer
      self.endsIt = endsIt
    }
  }

  /// So many challenge ACKs in a period, for each connection or for all of them.
  public struct ChallengeLimit: Hashable, Sendable {
    /// How many.
    public var count: Int
    /// In how long.
    public var period: Duration
    /// Whether all connections share them.
    public var isShared = false

    /// Makes a limit.
    public init(_ count: Int, in period: Duration, isShared: Bool = false) {
      self.count = count
      self.period = period
      self.isShared = isShared
    }
  }

  /// What the application does once a connection is established.
  public enum Service: Hashable, Sendable {
    /// It waits for the client to speak, and closes after it.
    case listens
    /// It sends a FIN at once.
    case closesAtOnce
    /// It resets at once, as a socket with SO_LINGER 0.
    case resetsAtOnce
    /// It closes after the client, and resets at once behind its FIN.
    case resetsBehindFIN
    /// It sends so many octets as fast as the client's window lets it.
    case streams(octets: Int)
  }

  /// Its name.
  public var description: String { name }

  /// What the matrix has to say of a cell.
  public func outcome(of cell: Cell) -> MatrixReading.Outcome? {
    switch established[cell] {
    case .challenge: .challengeACK
    case .ignore: .ignored
    case .close: .closes
    case .reset: .reset
    case .accept: .accepted
    case nil: nil
    }
  }
}

// MARK: - Stacks

extension StackModel {
  /// Linux 6.18: FACTS, section 4.
  public static let linux = StackModel(
    name: "Linux",
    established: [
      .resetExact: .close, .resetNext: .challenge, .resetMiddle: .challenge,
      .resetEdge: .challenge, .resetRightEdge: .challenge, .resetBeyond: .ignore,
      .resetBefore: .ignore, .resetFar: .ignore, .synExact: .challenge, .synMiddle: .challenge,
      .synBeyond: .challenge, .synOld: .challenge, .synAck: .challenge, .dataHole: .accept,
      .dataAckOld: .challenge, .dataAckNew: .challenge, .dataAckFar: .challenge,
      .firstDataAckBefore: .accept, .ackNew: .challenge, .finWithoutAck: .ignore,
      .noFlags: .ignore, .resetWrongAck: .close,
    ],
    halfOpen: [
      .secondSYNInWindow: HalfOpenReaction(.reset, endsIt: true),
      .secondSYNBeyond: HalfOpenReaction(.challengeACK),
      .resetExact: HalfOpenReaction(.ignored, endsIt: true),
      .resetInWindow: HalfOpenReaction(.challengeACK),
      .badAcknowledgement: HalfOpenReaction(.reset),
    ],
    limit: ChallengeLimit(1, in: .milliseconds(500)))

  /// lwIP 2.1.3: FACTS, section 4.
  public static let lwIP = linux.named("lwIP") { model in
    for cell in [Cell.dataAckOld, .dataAckNew, .dataAckFar, .finWithoutAck] {
      model.established[cell] = .accept
    }
    model.limit = nil
    model.window = 5_840
  }

  /// A stack from before RFC 5961: any reset and any SYN in the window ends the connection.
  public static let trusting = linux.named("trusting") { model in
    for cell in [Cell.resetNext, .resetMiddle, .resetEdge] { model.established[cell] = .close }
    for cell in [Cell.synExact, .synMiddle] { model.established[cell] = .reset }
    model.established[.resetRightEdge] = .ignore
    model.established[.dataAckOld] = .accept
    model.halfOpen[.resetInWindow] = HalfOpenReaction(.ignored, endsIt: true)
    model.limit = nil
  }

  /// OpenBSD: the number one above the exact one is taken, the rest of the window is left silent.
  public static let openBSD = linux.named("OpenBSD") { model in
    model.established[.resetNext] = .close
    for cell in [Cell.resetMiddle, .resetEdge, .resetRightEdge] {
      model.established[cell] = .ignore
    }
    model.limit = nil
  }

  /// A stack without room for what comes behind a hole: it acknowledges, and forgets it.
  public static let withoutReassembly = linux.named("without reassembly") { model in
    for cell in [Cell.dataHole, .dataAckOld, .dataAckNew, .dataAckFar] {
      model.established[cell] = .challenge
    }
    model.limit = nil
    model.window = 2_144
  }

  /// Something that believes every reset.
  public static let credulous = linux.named("credulous") { model in
    for cell in Cell.allCases where cell.rawValue.hasPrefix("rst") {
      model.established[cell] = .close
    }
    model.halfOpen[.resetInWindow] = HalfOpenReaction(.ignored, endsIt: true)
  }

  /// A stack nobody has seen: any reaction that a segment can have, drawn for each cell.
  public static func random(seed: UInt64) -> StackModel {
    var generator = SeededGenerator(seed: seed)
    return linux.named("random \(seed)") { model in
      for cell in Cell.allCases where cell != .resetExact {
        var choices: [Reaction] = [.challenge, .ignore, .close]
        if !cell.rawValue.hasPrefix("rst") { choices.append(.reset) }
        if cell.rawValue.contains("data") || cell == .finWithoutAck { choices.append(.accept) }
        model.established[cell] = choices.randomElement(using: &generator)
      }
      let silentOrChallenged = [
        HalfOpenReaction(.ignored), HalfOpenReaction(.ignored, endsIt: true),
        HalfOpenReaction(.challengeACK),
      ]
      model.halfOpen[.resetInWindow] = silentOrChallenged.randomElement(using: &generator)
      for question in [HalfOpenQuestion.secondSYNInWindow, .secondSYNBeyond] {
        model.halfOpen[question] =
          (silentOrChallenged + [
            HalfOpenReaction(.reset, endsIt: true), HalfOpenReaction(.reset),
            HalfOpenReaction(.restart), HalfOpenReaction(.repeated),
          ]).randomElement(using: &generator)
      }
      model.halfOpen[.badAcknowledgement] =
        [HalfOpenReaction(.ignored), HalfOpenReaction(.reset), HalfOpenReaction(.challengeACK)]
        .randomElement(using: &generator)
      let limits = [
        nil, ChallengeLimit(1, in: .milliseconds(500)), ChallengeLimit(5, in: .seconds(1)),
      ]
      model.limit = limits.randomElement(using: &generator) ?? nil
      model.window = UInt16.random(in: 600...65_000, using: &generator)
    }
  }

  /// A model that differs in some points.
  public func named(_ name: String, _ change: (inout StackModel) -> Void) -> StackModel {
    var model = self
    model.name = name
    change(&model)
    return model
  }
}

extension SimulatedHost {
  /// A host that listens on port 80 and treats connections after a model.
  public static func modelled(_ model: StackModel) -> Self {
    var host = SimulatedHost.linux(listening: [80])
    host.model = model
    return host
  }
}
