/// How a fingerprint compares with a stack of the table.
///
/// It stands beside the observed behaviour and never in its place.
public struct StackMatch: Hashable, Sendable {
  /// The stack's name.
  public var name: String
  /// The features that agree, in the order of the line.
  public var agreeing: [FingerprintFeature]
  /// The features that do not.
  public var contradicting: [FingerprintFeature]
  /// Those of the agreeing features in which stacks of the table differ.
  public var telling: [FingerprintFeature]
  /// Those of the agreeing features in which the behaviour is not what any good stack does.
  public var peculiar: [FingerprintFeature]

  /// How many telling features have to agree before a stack is named.
  ///
  /// As many as the stack of which least is known can show, and half of what an open port shows
  /// whose filter hides the rest.
  public static let leastTelling = 8

  /// From how many groups of the line they have to come.
  ///
  /// What a stack does with one RST it does with the next, so that features of one group are hardly
  /// more than one.
  public static let leastGroups = 3

  /// How many of them have to be of an established connection.
  ///
  /// Resets alone may be those of a machine before the host.
  public static let leastEstablished = 3

  /// Whether enough agrees: the counts, and a feature in which the stack is not like all the others.
  ///
  /// A stack that nobody has listed may do everything as the RFCs ask, and conformance is no name.
  public var isEnough: Bool {
    telling.count >= Self.leastTelling
      && Set(telling.map(\.group)).count >= Self.leastGroups
      && telling.count(where: \.isOfEstablished) >= Self.leastEstablished && !peculiar.isEmpty
  }

  /// Whether the target behaves like this stack: enough agrees and nothing contradicts.
  public var isCandidate: Bool { isEnough && contradicting.isEmpty }

  init(
    _ fingerprint: BehaviourFingerprint, _ stack: KnownStack, telling all: Set<FingerprintFeature>
  ) {
    name = stack.name
    let common = fingerprint.measured.filter { stack.traits[$0] != nil }
    let agreeing = common.filter { feature in
      stack.traits[feature]?.values.contains(fingerprint[feature]) ?? false
    }
    self.agreeing = agreeing
    contradicting = common.filter { !agreeing.contains($0) }
    telling = agreeing.filter(all.contains)
    peculiar = agreeing.filter { feature in
      feature.expected.map { !$0.contains(fingerprint[feature]) } ?? false
    }
  }
}

extension BehaviourFingerprint {
  /// The stacks that the target behaves like: several if several fit, none if none does.
  ///
  /// - Parameter stacks: The table.
  /// - Returns: Those with the most agreement first.
  public func candidates(among stacks: [KnownStack] = KnownStack.all) -> [StackMatch] {
    matches(among: stacks).filter(\.isCandidate)
  }

  /// The stacks that differ in one or two features only: for a closer look, no names.
  ///
  /// - Parameter stacks: The table.
  /// - Returns: At most three, those with the fewest differences first.
  public func nearMisses(among stacks: [KnownStack] = KnownStack.all) -> [StackMatch] {
    let near = matches(among: stacks).filter {
      $0.isEnough && (1...2).contains($0.contradicting.count)
    }
    let fewest = near.map(\.contradicting.count).min()
    return Array(near.filter { $0.contradicting.count == fewest }.prefix(3))
  }

  private func matches(among stacks: [KnownStack]) -> [StackMatch] {
    let telling = Set(FingerprintFeature.allCases.filter { $0.isTelling(among: stacks) })
    return stacks.enumerated()
      .map { (place: $0.offset, match: StackMatch(self, $0.element, telling: telling)) }
      .sorted { ($1.match.telling.count, $0.place) < ($0.match.telling.count, $1.place) }
      .map(\.match)
  }
}

extension FingerprintFeature {
  /// Whether two of these stacks certainly differ in it.
  func isTelling(among stacks: [KnownStack]) -> Bool {
    let known = stacks.compactMap { $0.traits[self]?.values }
    return known.contains { one in known.contains { one.isDisjoint(with: $0) } }
  }
}
