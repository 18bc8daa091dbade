public import RSTCore
import RSTReport

extension EvidenceBundle {
  /// How many runs of an audit are kept for its bundle.
  public static let mostRuns = 50

  /// The files of an audit: one report, in which what does not hold or is not clear has the packets of
  /// its run beside it.
  ///
  /// - Parameters:
  ///   - record: The audit.
  ///   - runs: The runs that were kept, by their subjects.
  ///   - left: How many were not kept that would have been shown.
  /// - Returns: Each file once.
  public static func files(
    _ record: AuditRecord, runs: [AuditSubject: Diagnosis], left: Int
  ) -> [BundleFile] {
    var capture = PacketCapture()
    var hidden = runs
    // A port with several results is shown with the first of them.
    var page = AuditText(record, options: Self.options).page(withHeld: false) { result in
      guard let run = hidden.removeValue(forKey: result.subject) else { return nil }
      capture.add(run, subject: "\(result.subject)")
      return run
    }
    if left > 0 {
      page.blank()
      page.paragraph(
        "The packets of \(Words.count(left, "more port")) are not in this bundle: ask about fewer at "
          + "once.")
    }
    return files(page, document: AuditJSON.document(record), capture)
  }
}
