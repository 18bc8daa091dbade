public import RSTCore
import RSTWire

/// How the report for people is laid out.
public struct TextReportOptions: Hashable, Sendable {
  /// The width of the terminal in columns; the report uses 80 to 120 of them.
  public var width: Int
  /// Whether ANSI colours are wanted.
  public var colour: Bool
  /// Whether every packet is shown, and the source of each piece of evidence.
  public var isVerbose: Bool

  /// Makes options; the defaults are right for a file.
  public init(width: Int = 80, colour: Bool = false, isVerbose: Bool = false) {
    self.width = width
    self.colour = colour
    self.isVerbose = isVerbose
  }
}

/// The report for people: verdict, reasons, other readings, next step, packets, path.
public struct TextReport: Sendable {
  let diagnosis: Diagnosis
  let options: TextReportOptions

  /// Prepares the report of a run.
  public init(diagnosis: Diagnosis, options: TextReportOptions = TextReportOptions()) {
    self.diagnosis = diagnosis
    self.options = options
  }

  /// The whole report, ending with a line break.
  public var text: String { page(withEveryPacket: options.isVerbose).text }

  /// What the report says.
  ///
  /// - Parameter isComplete: Whether every packet is shown, or those that decide.
  /// - Returns: The page.
  public func page(withEveryPacket isComplete: Bool) -> Page {
    var page = Page(options)
    writeVerdict(to: &page)
    writeRun(to: &page)
    writeFindings(to: &page)
    writeAlternatives(to: &page)
    writeNextStep(to: &page)
    writeInterference(to: &page)
    writeWitness(to: &page)
    writeIdle(to: &page)
    writeConnections(to: &page)
    writeLimits(to: &page)
    page.blank()
    page.ladder(PacketLadder(diagnosis, isComplete: isComplete))
    writePath(to: &page)
    return page
  }

  /// The verdict alone, on one line that ends with a line break.
  public var quiet: String {
    let target = diagnosis.target
    let endpoint = Words.endpoint(target.address, port: target.port)
    return "\(endpoint) \(Self.summary(of: diagnosis.conclusion.verdict))\n"
  }

  /// The words of a verdict: "closed, responder host, hop 3, confidence 97 %".
  static func summary(of verdict: Verdict) -> String {
    var words = [verdict.port.rawValue, "responder \(verdict.responder.rawValue)"]
    if let distance = Words.distance(hop: verdict.hop, range: verdict.hopRange) {
      words.append(distance)
    }
    words.append(
      verdict.isProven
        ? "proven by the witness" : "confidence \(Words.percent(verdict.confidence))")
    return words.joined(separator: ", ")
  }
}

// MARK: - The top of the report

extension TextReport {
  private func writeVerdict(to page: inout Page) {
    let verdict = diagnosis.conclusion.verdict
    let target = diagnosis.target
    let endpoint = Words.endpoint(target.address, port: target.port)
    let headline = diagnosis.conclusion.headline
    page.paragraph(
      headline.isEmpty ? "\(endpoint) is \(verdict.port.rawValue)" : headline,
      role: Self.role(of: verdict.port))
    page.paragraph("Verdict: \(Self.summary(of: verdict))", role: .strong)
  }

  private func writeRun(to page: inout Page) {
    let target = diagnosis.target
    let vantage = diagnosis.vantage
    let timing = diagnosis.timing
    page.blank()
    let address = "\(target.address)"
    let name = target.name == address || target.name.isEmpty ? "" : "\(Words.name(target.name)), "
    page.paragraph("\(name)address \(address), port \(target.port)", label: "Target")
    let way = vantage.nextHop.map { "next hop \($0)" } ?? "no router on the way"
    page.paragraph(
      "\(vantage.source) through \(Words.name(vantage.interface)), \(way)", label: "From  ")
    let roundTrip = timing.roundTrip.map { ", round trip \(Words.duration($0))" } ?? ""
    page.paragraph(
      "\(Words.duration(timing.elapsed))\(roundTrip), "
        + "\(Words.count(timing.packetsSent, "packet")) sent, \(timing.packetsReceived) received",
      label: "Took  ")
  }

  private static func role(of state: PortState) -> Style.Role {
    switch state {
    case .open: .good
    case .closed, .overloaded, .inconclusive: .notable
    case .rejected, .dropped, .unreachable: .bad
    }
  }
}
