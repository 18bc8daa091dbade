internal import GRDB

/// Why a database cannot be used, in one line.
public struct ArchiveFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// The line.
  public var description: String
}

/// A SQLite database of ours; several kinds of tables may share one file.
struct Archive {
  private let queue: DatabaseQueue

  /// Opens a database, or makes it.
  ///
  /// - Parameters:
  ///   - path: Where.
  ///   - tables: The SQL that makes what is not there yet.
  /// - Throws: `ArchiveFailure`.
  init(path: String, tables: String) throws(ArchiveFailure) {
    queue = try Self.naming(path) {
      let queue = try DatabaseQueue(path: path)
      try queue.write { try $0.execute(sql: tables) }
      return queue
    }
  }

  /// Does something in one transaction: all of it or nothing.
  func write<Value>(_ work: (Database) throws -> Value) throws(ArchiveFailure) -> Value {
    try Self.naming(queue.path) { try queue.write(work) }
  }

  /// Looks something up.
  func read<Value>(_ work: (Database) throws -> Value) throws(ArchiveFailure) -> Value {
    try Self.naming(queue.path) { try queue.read(work) }
  }

  private static func naming<Value>(
    _ path: String, _ work: () throws -> Value
  ) throws(ArchiveFailure) -> Value {
    do { return try work() } catch {
      throw ArchiveFailure(description: "cannot use the database \(path): \(error)")
    }
  }
}
