/// A file of a bundle: what it is called, and all that is in it.
public struct BundleFile: Hashable, Sendable {
  /// Its name in the directory of the bundle.
  public var name: String
  /// What is in it.
  public var contents: [UInt8]

  init(_ name: Name, _ text: String) {
    self.init(name, Array(text.utf8))
  }

  init(_ name: Name, _ contents: [UInt8]) {
    self.name = name.rawValue
    self.contents = contents
  }

  /// The files that a bundle has, each kind of bundle the same.
  public enum Name: String, CaseIterable, Sendable {
    /// The report for people, in one file.
    case report = "report.html"
    /// The same for a ticket.
    case ticket = "report.md"
    /// The report for programs.
    case document = "report.json"
    /// The packets, with a comment on each that decides.
    case evidence = "evidence.pcapng"
    /// The packets that decide, as a Mermaid diagram.
    case diagram = "ladder.mmd"
  }
}

extension BundleFile.Name {
  /// Where packets are that a report does not show.
  static let others = "\(BundleFile.Name.evidence.rawValue) has the others too"

  /// What it is for, in a few words.
  var purpose: String {
    switch self {
    case .report: "this page"
    case .ticket: "the same for a ticket, in Markdown"
    case .document: "the same for programs"
    case .evidence: "the packets, for Wireshark, with a comment on each that decides"
    case .diagram: "the packets that decide, for Mermaid"
    }
  }
}
