import RSTCore
import RSTWire

/// The packets of a run as a ladder: by exchange, each packet a row.
///
/// Probes go out many at once, so in order of time a question and its answer stand far apart; by
/// exchange they stand together, and their numbers count from the exchange's own.
struct PacketLadder {
  private let diagnosis: Diagnosis
  private let exchanges: [Exchange]
  private let packetCount: Int

  /// What belongs to one attempt; packets without a known attempt share one exchange.
  private struct Exchange {
    let attempt: Attempt?
    var packets: [RecordedPacket]

    /// Whether the probe was refused by this machine, or not seen leaving.
    var neverLeft: Bool {
      guard let attempt, attempt.isSettled else { return false }
      if case .seen = attempt.departure { return false }
      return true
    }
  }

  /// Chooses what to show.
  ///
  /// - Parameters:
  ///   - diagnosis: The run.
  ///   - isComplete: Whether every packet is shown, or those that decide: the first SYN to the
  ///     target's port, two examples of each piece of evidence, and what never left.
  init(_ diagnosis: Diagnosis, isComplete: Bool) {
    self.diagnosis = diagnosis
    let evidence = diagnosis.conclusion.findings.flatMap(\.evidence)
    let named = Set(evidence.flatMap { $0.packets.prefix(2) })
    let first = diagnosis.transcript.attempts.first { $0.subject == .target }?.id
    exchanges = Self.exchanges(of: diagnosis.transcript).filter { exchange in
      isComplete || exchange.attempt?.id == first || exchange.neverLeft
        || exchange.packets.contains { named.contains($0.index) }
    }
    packetCount = exchanges.reduce(0) { $0 + $1.packets.count }
  }

  /// Writes the ladder as a section of its own.
  func write(to page: inout Page) {
    let total = diagnosis.transcript.packets.count
    if total == 0 {
      page.title("Packets: none")
    } else if packetCount < total {
      page.title("Packets that decide: \(packetCount) of \(total); --verbose shows the others too")
    } else {
      page.title("Packets: \(total)")
    }
    guard !exchanges.isEmpty else { return }
    let rows = exchanges.map(rows)
    let family = diagnosis.target.address.family
    page.paragraph(Self.legend(family), role: .faint)
    let table = LadderTable(columns: LadderRow.columns(family: family), rows: rows.flatMap(\.self))
    page.row(table.header, text: "")
    for (exchange, rows) in zip(exchanges, rows) {
      page.paragraph(title(of: exchange), role: .strong)
      for row in rows { table.write(row, to: &page) }
      if let remark = Self.remark(on: exchange) { page.paragraph(remark, indent: 5) }
    }
  }

  private static func legend(_ family: AddressFamily) -> String {
    "By exchange. Time in ms from the start; seq and ack count from the exchange's own numbers, "
      + "with = as they stand; "
      + (family == .ipv4
        ? "id is the IP identification." : "label is the flow label, tc the traffic class.")
  }

  private func rows(of exchange: Exchange) -> [LadderRow] {
    let numbers = RelativeNumbers(draft: exchange.attempt?.draft, packets: exchange.packets)
    return exchange.packets.map { packet in
      LadderRow(
        packet, origin: diagnosis.timing.started, numbers: numbers,
        target: diagnosis.target.address)
    }
  }

  private func title(of exchange: Exchange) -> String {
    guard let attempt = exchange.attempt else { return "outside of any probe" }
    let aim =
      switch attempt.subject {
      case .target: "port \(diagnosis.target.port)"
      case .control(let port): "control port \(port)"
      case .host: "the host"
      }
    let port = attempt.draft.segment.map { ", from port \($0.sourcePort)" } ?? ""
    return "\(attempt.probe) to \(aim)\(port), flight \(attempt.flight)"
  }

  /// What the rows of an exchange do not show: that a probe did not leave, or got no answer.
  private static func remark(on exchange: Exchange) -> String? {
    guard let attempt = exchange.attempt else { return nil }
    switch attempt.departure {
    case .refused(let refusal):
      return "not sent: this machine refused it (\(refusal.text))"
    case .notSeen:
      return exchange.packets.isEmpty ? "not seen leaving this machine" : nil
    case .seen:
      guard attempt.answers.isEmpty else { return nil }
      return attempt.isSettled ? "no answer" : "no answer yet when the run ended"
    }
  }

  /// The exchanges of a transcript, in the order of their first packets; those without come last.
  private static func exchanges(of transcript: Transcript) -> [Exchange] {
    var places: [Int: Int] = [:]
    var exchanges: [Exchange] = []
    for attempt in transcript.attempts where places[attempt.id] == nil {
      places[attempt.id] = exchanges.count
      exchanges.append(Exchange(attempt: attempt, packets: []))
    }
    var others = Exchange(attempt: nil, packets: [])
    for packet in transcript.packets {
      if let place = places[packet.attempt] {
        exchanges[place].packets.append(packet)
      } else {
        others.packets.append(packet)
      }
    }
    if !others.packets.isEmpty { exchanges.append(others) }
    let ordered = exchanges.enumerated().sorted { left, right in
      (left.element.packets.first?.index ?? .max, left.offset)
        < (right.element.packets.first?.index ?? .max, right.offset)
    }
    return ordered.map(\.element)
  }
}
