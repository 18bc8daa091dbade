internal import GRDB
public import RSTCore

/// A SQLite database with the outcomes of audits, each audit under a number of its own.
public struct AuditStore {
  private let archive: Archive

  /// Opens a database, or makes it.
  ///
  /// - Parameter path: Where; the file may hold sweeps too.
  /// - Throws: `ArchiveFailure`.
  public init(path: String) throws(ArchiveFailure) {
    archive = try Archive(
      path: path,
      tables: """
        CREATE TABLE IF NOT EXISTS audit (
          id INTEGER PRIMARY KEY, policy TEXT NOT NULL, file TEXT NOT NULL, started REAL NOT NULL,
          elapsed REAL NOT NULL, interrupted INTEGER NOT NULL, outcome TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS audit_result (
          audit INTEGER NOT NULL REFERENCES audit (id), rule TEXT NOT NULL, target TEXT NOT NULL,
          port INTEGER NOT NULL, expectation TEXT NOT NULL, severity TEXT NOT NULL,
          expected TEXT NOT NULL, outcome TEXT NOT NULL, observed TEXT NOT NULL,
          PRIMARY KEY (audit, rule, target, port, expectation)) WITHOUT ROWID;
        """)
  }

  /// How each expectation of a policy ended when that was last known.
  ///
  /// What was inconclusive in the latest audit counts as in the one before: nothing is known of a
  /// change.
  ///
  /// - Parameter policy: The policy's name.
  /// - Returns: The outcomes; nil where the policy was never audited.
  /// - Throws: `ArchiveFailure`.
  public func latest(
    of policy: String
  ) throws(ArchiveFailure) -> [AuditResult.Identity: AuditResult.Outcome]? {
    try archive.read { database in
      guard
        try Bool.fetchOne(
          database, sql: "SELECT count(*) > 0 FROM audit WHERE policy = ?", arguments: [policy])
          == true
      else { return nil }
      // SQLite takes the other columns from the row with the maximum.
      let rows = try Row.fetchCursor(
        database,
        sql: """
          SELECT rule, target, port, expectation, audit_result.outcome AS outcome, max(audit)
          FROM audit_result JOIN audit ON audit.id = audit_result.audit
          WHERE policy = ? AND audit_result.outcome <> ?
          GROUP BY rule, target, port, expectation
          """, arguments: [policy, AuditResult.Outcome.inconclusive.rawValue])
      var outcomes: [AuditResult.Identity: AuditResult.Outcome] = [:]
      while let row = try rows.next() {
        guard let kind = AuditExpectation.Kind(rawValue: row["expectation"]),
          let outcome = AuditResult.Outcome(rawValue: row["outcome"])
        else { continue }
        let identity = AuditResult.Identity(
          rule: row["rule"], target: row["target"], port: row["port"], expectation: kind)
        outcomes[identity] = outcome
      }
      return outcomes
    }
  }

  /// Adds an audit.
  ///
  /// - Parameter record: The audit, also an interrupted one: what it says is so.
  /// - Throws: `ArchiveFailure`, for instance on a full disk; then nothing of it is kept.
  public func add(_ record: AuditRecord) throws(ArchiveFailure) {
    try archive.write { database in
      try database.execute(
        sql: """
          INSERT INTO audit (policy, file, started, elapsed, interrupted, outcome)
          VALUES (?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          record.policy.name, record.policy.file, Double(record.started.nanoseconds) / 1e9,
          record.elapsed.seconds, record.isInterrupted, record.outcome.rawValue,
        ])
      let audit = database.lastInsertedRowID
      let statement = try database.cachedStatement(
        sql: """
          INSERT OR REPLACE INTO audit_result
          (audit, rule, target, port, expectation, severity, expected, outcome, observed)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
          """)
      for result in record.results {
        try statement.execute(arguments: [
          audit, result.rule.name, result.subject.name, Int(result.subject.port),
          result.expectation.kind.rawValue, result.rule.severity.rawValue,
          result.expectation.words, result.outcome.rawValue, result.observed,
        ])
      }
    }
  }
}
