public import RSTCore
import RSTWire

/// The report of a capture for programs, after the schema `rstprobe-explain/1`.
public enum CaptureJSON {
  /// The name of the schema that the document follows.
  public static let schema = "rstprobe-explain/1"

  /// One document for a whole capture, ending with a line break.
  public static func document(
    _ capture: ExplainedCapture, _ connections: [ExplainedConnection]
  ) -> String {
    var members: [JSONValue.Member] = [
      .init("schema", .string(schema)),
      .init("files", .array(capture.sources.map(file))),
      .init("connections", .array(connections.map(connection))),
      .init(
        "counts", .object(capture.tally.ordered.map { .init($0.cause, JSONValue($0.count)) })),
      .init("total_connections", JSONValue(capture.totals.connections)),
    ]
    members.append(.init("runs", .array(capture.runs.map(run))))
    if let comparison = capture.comparison {
      members.append(.init("comparison", ComparisonJSON.summary(comparison)))
    }
    let notes = capture.sources.flatMap { source in source.notes.map { "\(source.name): \($0)" } }
    if !notes.isEmpty { members.append(.init("notes", .array(notes.map { .string($0) }))) }
    return JSONValue.object(members).pretty + "\n"
  }

  /// One connection on one line, ending with a line break.
  public static func line(_ explained: ExplainedConnection) -> String {
    connection(explained).compact + "\n"
  }

  private static func file(_ source: CaptureSource) -> JSONValue {
    .record(["name": .string(source.name), "frames": JSONValue(source.frames)])
  }

  /// A run of rstprobe, in the words of its own report.
  private static func run(_ run: RecordedRun) -> JSONValue {
    .record([
      "target": JSONReport.target(run.target),
      "source": .string("\(run.prober)"),
      "probes": JSONValue(run.probes),
      "frames": .array(run.frames.map { JSONValue($0) }),
      "verdict": JSONReport.verdict(run.conclusion),
      "findings": .array(run.conclusion.findings.map(JSONReport.finding)),
      "considered": .array(run.conclusion.considered.map(JSONReport.finding)),
    ])
  }

  private static func connection(_ explained: ExplainedConnection) -> JSONValue {
    let connection = explained.connection
    let compared = explained.comparison
    let findings =
      explained.findings.map(JSONReport.finding)
      + (compared?.findings.map(ComparisonJSON.finding) ?? [])
    var members: [JSONValue.Member] = [
      .init("client", .string(Words.endpoint(connection.client))),
      .init("server", .string(Words.endpoint(connection.server))),
      .init("first_frame", JSONValue(connection.firstFrame)),
      .init("outcome", .string(explained.outcome.rawValue)),
      .init("resets", .array(explained.resets.map(reset))),
      .init("reset_count", JSONValue(connection.resetCount)),
      .init("findings", .array(findings)),
    ]
    if let compared { members.append(.init("comparison", ComparisonJSON.connection(compared))) }
    return .object(members)
  }

  private static func reset(_ explained: ExplainedReset) -> JSONValue {
    guard case .object(let said) = JSONReport.finding(explained.finding) else { return .null }
    var members: [JSONValue.Member] = [
      .init("frame", JSONValue(explained.reset.segment.frame)),
      .init("from", .string(explained.reset.side.rawValue)),
    ]
    members += said.map { $0.name == "code" ? .init("cause", $0.value) : $0 }
    members.append(
      .init(
        "considered",
        .array(
          explained.others.filter { $0.confidence >= 0.01 }.map {
            .record([
              "cause": .string($0.code.rawValue),
              "confidence": JSONValue(confidence: $0.confidence),
            ])
          })))
    members.append(.init("copies", .array(explained.reset.copies.map { JSONValue($0) })))
    members.append(.init("display_filter", .string(CaptureText.filter(explained))))
    return .object(members)
  }
}

extension Words {
  /// An endpoint, as a user would type it.
  static func endpoint(_ endpoint: Endpoint) -> String {
    self.endpoint(endpoint.address, port: endpoint.port)
  }
}
