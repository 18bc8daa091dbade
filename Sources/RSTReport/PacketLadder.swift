import RSTCore
import RSTWire

/// Packets as a ladder: by exchange, each packet a row.
///
/// Probes go out many at once, so in order of time a question and its answer stand far apart; by
/// exchange they stand together, and their numbers count from the exchange's own. Everything in it
/// is sanitised.
public struct PacketLadder: Hashable, Sendable {
  /// Packets that belong together.
  public struct Exchange: Hashable, Sendable {
    /// What they are about.
    public var title: String
    /// The packets, in their order.
    public var rows: [LadderRow]
    /// What the rows do not show; nil where there is nothing.
    public var remark: String?
  }

  /// Who is on the left: us, or the client.
  public let near: String
  /// Who is on the right: the target, or the server.
  public let far: String
  /// How the columns are read.
  public let legend: String
  /// What the cells of the rows are.
  public let columns: [LadderRow.Column]
  /// What is shown.
  public let exchanges: [Exchange]
  /// How many packets there are in all, shown or not; nil where the ladder is only a part of what is
  /// said about a connection, and has no title of its own.
  let total: Int?

  /// The title of the section.
  ///
  /// - Parameter others: Where the packets are that are not shown.
  /// - Returns: The title; nil where the ladder has none.
  public func title(others: String) -> String? {
    guard let total else { return nil }
    guard total > 0 else { return "Packets: none" }
    let shown = exchanges.reduce(0) { $0 + $1.rows.count }
    return shown < total
      ? "Packets that decide: \(shown) of \(total); \(others)" : "Packets: \(total)"
  }
}

// MARK: - A run

extension PacketLadder {
  /// What belongs to one attempt; packets without a known attempt share one.
  private struct Group {
    let attempt: Attempt?
    var packets: [RecordedPacket]

    /// Whether the probe was refused by this machine, or not seen leaving.
    var neverLeft: Bool {
      guard let attempt, attempt.isSettled else { return false }
      if case .seen = attempt.departure { return false }
      return true
    }
  }

  /// The packets of a run.
  ///
  /// - Parameters:
  ///   - diagnosis: The run.
  ///   - isComplete: Whether every packet is shown, or those that decide: the first SYN to the
  ///     target's port, two examples of each piece of evidence, and what never left.
  init(_ diagnosis: Diagnosis, isComplete: Bool) {
    let evidence = diagnosis.conclusion.findings.flatMap(\.evidence)
    let named = Set(evidence.flatMap { $0.packets.prefix(2) })
    let deciding = Set(evidence.flatMap(\.packets))
    let first = diagnosis.transcript.attempts.first { $0.subject == .target }?.id
    let groups = Self.groups(of: diagnosis.transcript).filter { group in
      isComplete || group.attempt?.id == first || group.neverLeft
        || group.packets.contains { named.contains($0.index) }
    }
    let family = diagnosis.target.address.family
    near = "\(diagnosis.vantage.source)"
    far = "\(diagnosis.target.address)"
    legend = Self.legend(family)
    columns = LadderRow.columns(family: family)
    exchanges = groups.map { group in
      let numbers = RelativeNumbers(draft: group.attempt?.draft, packets: group.packets)
      return Exchange(
        title: Sanitised(Self.title(of: group, diagnosis.target)).text,
        rows: group.packets.map { packet in
          LadderRow(
            packet, origin: diagnosis.timing.started, numbers: numbers,
            target: diagnosis.target.address, isDeciding: deciding.contains(packet.index))
        },
        remark: Self.remark(on: group).map { Sanitised($0).text })
    }
    total = diagnosis.transcript.packets.count
  }

  private static func legend(_ family: AddressFamily) -> String {
    "By exchange. Time in ms from the start; seq and ack count from the exchange's own numbers, "
      + "with = as they stand; "
      + (family == .ipv4
        ? "id is the IP identification." : "label is the flow label, tc the traffic class.")
  }

  private static func title(of group: Group, _ target: Target) -> String {
    guard let attempt = group.attempt else { return "outside of any probe" }
    let aim =
      switch attempt.subject {
      case .target: "port \(target.port)"
      case .control(let port): "control port \(port)"
      case .host: "the host"
      }
    let port = attempt.draft.segment.map { ", from port \($0.sourcePort)" } ?? ""
    return "\(attempt.probe) to \(aim)\(port), flight \(attempt.flight)"
  }

  /// What the rows of an exchange do not show: that a probe did not leave, or got no answer.
  private static func remark(on group: Group) -> String? {
    guard let attempt = group.attempt else { return nil }
    switch attempt.departure {
    case .refused(let refusal):
      return "not sent: this machine refused it (\(refusal.text))"
    case .notSeen:
      return group.packets.isEmpty ? "not seen leaving this machine" : nil
    case .translated:
      return "this machine sent it on with other addresses or numbers"
    case .seen:
      guard attempt.answers.isEmpty else { return nil }
      return attempt.isSettled ? "no answer" : "no answer yet when the run ended"
    }
  }

  /// The groups of a transcript, in the order of their first packets; those without come last.
  private static func groups(of transcript: Transcript) -> [Group] {
    var places: [Int: Int] = [:]
    var groups: [Group] = []
    for attempt in transcript.attempts where places[attempt.id] == nil {
      places[attempt.id] = groups.count
      groups.append(Group(attempt: attempt, packets: []))
    }
    var others = Group(attempt: nil, packets: [])
    for packet in transcript.packets {
      if let place = places[packet.attempt] {
        groups[place].packets.append(packet)
      } else {
        others.packets.append(packet)
      }
    }
    if !others.packets.isEmpty { groups.append(others) }
    let ordered = groups.enumerated().sorted { left, right in
      (left.element.packets.first?.index ?? .max, left.offset)
        < (right.element.packets.first?.index ?? .max, right.offset)
    }
    return ordered.map(\.element)
  }
}
