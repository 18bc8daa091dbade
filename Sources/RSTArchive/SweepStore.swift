internal import GRDB
public import RSTCore
public import RSTWire

/// A SQLite database with the results of sweeps, each sweep under a number of its own.
public final class SweepStore {
  private let archive: Archive
  private let sweep: Int64

  /// What is kept of a sweep beside its results.
  public struct Sweep: Sendable {
    /// What it asks and in which order, as a number in hexadecimal.
    public var identity: String
    /// Which part it is.
    public var shard: String
    /// Where it was sent from.
    public var source: String
    /// When it began, seconds since 1970.
    public var started: Double

    /// Makes a sweep's record.
    public init(identity: String, shard: String, source: String, started: Double) {
      self.identity = identity
      self.shard = shard
      self.source = source
      self.started = started
    }
  }

  /// Opens a database, or makes it.
  ///
  /// - Parameters:
  ///   - path: Where.
  ///   - record: What is kept of the sweep.
  ///   - continues: Whether to go on with the latest sweep of the same identity and part.
  /// - Throws: `ArchiveFailure`.
  public init(path: String, record: Sweep, continues: Bool) throws(ArchiveFailure) {
    let archive = try Archive(
      path: path,
      tables: """
        CREATE TABLE IF NOT EXISTS sweep (
          id INTEGER PRIMARY KEY, identity TEXT NOT NULL, shard TEXT NOT NULL,
          source TEXT NOT NULL, started REAL NOT NULL);
        CREATE TABLE IF NOT EXISTS result (
          sweep INTEGER NOT NULL REFERENCES sweep (id), address TEXT NOT NULL,
          port INTEGER NOT NULL, name TEXT NOT NULL, state TEXT NOT NULL,
          responder TEXT NOT NULL, confidence REAL NOT NULL, hop INTEGER, findings TEXT NOT NULL,
          reason TEXT, at REAL NOT NULL, PRIMARY KEY (sweep, address, port)) WITHOUT ROWID;
        """)
    self.archive = archive
    sweep = try archive.write { database in
      if continues,
        let known = try Int64.fetchOne(
          database,
          sql: "SELECT max(id) FROM sweep WHERE identity = ? AND shard = ?",
          arguments: [record.identity, record.shard])
      {
        return known
      }
      try database.execute(
        sql: "INSERT INTO sweep (identity, shard, source, started) VALUES (?, ?, ?, ?)",
        arguments: [record.identity, record.shard, record.source, record.started])
      return database.lastInsertedRowID
    }
  }

  /// Adds results in one transaction; one that is there already is replaced.
  ///
  /// - Parameters:
  ///   - results: The results.
  ///   - names: How the user named addresses.
  /// - Throws: `ArchiveFailure`, for instance on a full disk.
  public func add(
    _ results: some Collection<SweepResult>, names: [IPAddress: String]
  ) throws(ArchiveFailure) {
    try archive.write { database in
      let statement = try database.cachedStatement(
        sql: """
          INSERT OR REPLACE INTO result
          (sweep, address, port, name, state, responder, confidence, hop, findings, reason, at)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
          """)
      for result in results {
        let verdict = result.verdict
        let address = "\(result.endpoint.address)"
        try statement.execute(arguments: [
          sweep, address, Int(result.endpoint.port),
          names[result.endpoint.address] ?? address, verdict.port.rawValue,
          verdict.responder.rawValue, verdict.confidence, verdict.hop,
          result.codes.map(\.rawValue).joined(separator: ","), result.reason,
          Double(result.moment.nanoseconds) / 1e9,
        ])
      }
    }
  }

  /// How many results of this sweep are kept.
  ///
  /// - Returns: The number.
  /// - Throws: `ArchiveFailure`.
  public func count() throws(ArchiveFailure) -> Int {
    try archive.read { database in
      try Int.fetchOne(
        database, sql: "SELECT count(*) FROM result WHERE sweep = ?", arguments: [sweep]) ?? 0
    }
  }
}
