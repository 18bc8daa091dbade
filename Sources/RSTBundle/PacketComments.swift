import RSTCore
import RSTReport

/// What is to be said of the packets that decide, by their numbers.
struct PacketComments {
  private var texts: [Int: [String]] = [:]

  /// The comments on a packet: those of the first pieces of evidence come first.
  subscript(number: Int) -> [String] { texts[number] ?? [] }

  /// The packets that have any.
  var numbers: Set<Int> { Set(texts.keys) }

  /// Takes what the evidence of a finding says.
  ///
  /// - Parameters:
  ///   - finding: The finding.
  ///   - place: What a reader of the reports knows a packet as, from its number.
  mutating func add(_ finding: Finding, named place: (Int) -> String) {
    for evidence in finding.evidence {
      let said = evidence.detail.isEmpty ? evidence.code : evidence.detail
      for number in Set(evidence.packets).sorted() {
        let text = "\(place(number)): \(finding.code.rawValue): \(said)"
        texts[number, default: []].append(Sanitised(text).text)
      }
    }
  }
}
