import RSTCore

// MARK: - A witness at the target

extension TextReport {
  /// How much the witness saw, and of each reset what it shows.
  func writeWitness(to page: inout Page) {
    guard let witness = diagnosis.witness else { return }
    page.title("Witness at the target")
    page.paragraph(Self.extent(of: witness), indent: 2)
    var groups: [(words: String, packets: [Int])] = []
    for reset in witness.resets {
      let words = Self.words(reset.origin)
      if let place = groups.firstIndex(where: { $0.words == words }) {
        groups[place].packets.append(reset.packet)
      } else {
        groups.append((words, [reset.packet]))
      }
    }
    if groups.isEmpty { page.paragraph("No reset came.", indent: 2) }
    for group in groups {
      let count = Words.count(group.packets.count, "reset")
      let packets = Words.packets(group.packets).map { " (\($0))" } ?? ""
      page.paragraph("\(count) \(group.words)\(packets)", indent: 4)
    }
  }

  private static func extent(of witness: WitnessJoin) -> String {
    let count = Words.count(witness.segments, "segment")
    let reasons =
      witness.hasReasons ? "with the kernel's reasons for resets" : "without the kernel's reasons"
    let gap =
      switch witness.gap {
      case nil: "the record is whole"
      case .brokenOff: "the record breaks off, so that what is not in it proves nothing"
      case .dropped: "packets were lost there, so that what is not in the record proves nothing"
      case .unreadable:
        "packets that it could not read left there, so that what is not in it proves nothing"
      }
    return "It recorded \(count), \(reasons); \(gap)."
  }

  private static func words(_ origin: WitnessedReset.Origin) -> String {
    switch origin {
    case .sent(.stack(let made)): "sent by this host, because \(made.reason)"
    case .sent(.beside): "sent by this host, and not made by its kernel's TCP"
    case .sent(.unknown): "sent by this host"
    case .passed: "came through this host, from behind it"
    case .neverSent(true?): "never sent by this host, and what is answered arrived there"
    case .neverSent(false?): "never sent by this host, and what is answered never arrived there"
    case .neverSent(nil): "never sent by this host"
    case .unproven(let doubt): "not proven: \(words(doubt))"
    }
  }

  private static func words(_ doubt: WitnessedReset.Doubt) -> String {
    switch doubt {
    case .incomplete: "the record has a gap"
    case .noPassage: "nothing passed both ways that both sides show"
    case .notListening: "the witness may not have recorded then"
    case .anotherPort: "the witness recorded another port only"
    case .numbersChanged: "something on the way changes the numbers of connections"
    case .differs: "the host sent one like it, and the way may have changed it"
    case .copies: "the host sent fewer of them, and they are all alike"
    }
  }
}
