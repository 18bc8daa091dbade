import RSTCore
import RSTWire

// MARK: - A capture

extension PacketLadder {
  /// The segments of a connection that a capture shows, as far as they are kept: those around its
  /// resets, or its last.
  init(_ explained: ExplainedConnection) {
    let connection = explained.connection
    var segments: [Int: LoggedSegment] = [:]
    for reset in explained.resets.map(\.reset) {
      for segment in reset.preceding + [reset.segment] + reset.following {
        segments[segment.frame] = segment
      }
    }
    if segments.isEmpty {
      for segment in connection.recent { segments[segment.frame] = segment }
    }
    let findings = explained.resets.map(\.finding) + explained.findings
    let deciding = Set(
      findings.flatMap(\.evidence).flatMap(\.packets)
        + explained.resets.map(\.reset.segment.frame))
    let origins = (
      client: connection.clientRecord.opening?.sequence,
      server: connection.serverRecord.opening?.sequence
    )
    near = Words.endpoint(connection.client)
    far = Words.endpoint(connection.server)
    legend =
      "Time in ms from the connection's first segment; seq and ack count from its own numbers, "
      + "with = as they stand."
    columns = LadderRow.columns(family: connection.client.address.family)
    total = nil
    let rows = segments.values.sorted { $0.frame < $1.frame }.map { segment in
      LadderRow(
        segment, origin: connection.started,
        numbers: segment.side == .client
          ? (own: origins.client, other: origins.server)
          : (own: origins.server, other: origins.client),
        isDeciding: deciding.contains(segment.frame))
    }
    let title = explained.resets.isEmpty ? "its last segments" : "around its resets"
    exchanges = rows.isEmpty ? [] : [Exchange(title: title, rows: rows, remark: nil)]
  }
}
