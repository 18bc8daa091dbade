internal import Foundation
public import RSTCore
internal import RSTWire

/// Reads a witness's record, which comes from another machine.
///
/// Strict: what is not as this version writes it is a mistake, and the record proves nothing. That it
/// breaks off is none: what stands before is read, and its `tail` is missing.
public enum WitnessReader {
  /// Why a record cannot be read.
  public struct Mistake: Error, Hashable, Sendable {
    /// The line, from 1.
    public var line: Int
    /// What is wrong with it.
    public var reason: Reason
  }

  /// What may be wrong with a line.
  public enum Reason: Hashable, Sendable {
    /// It is longer than any that is written.
    case tooLong
    /// It is no JSON object, or a value is missing or of another kind or range.
    case malformed
    /// It is of another type, or of another version of the format.
    case unknownType
    /// The record does not begin with a head.
    case noHead
    /// A second head.
    case repeatedHead
    /// Something stands behind the end.
    case behindEnd
    /// The end counts something else than what stands before.
    case wrongCount
  }

  /// The longest line, in octets.
  private static let longestLine = 2_048
  private static let end = Array(#"{"type": "end""#.utf8)

  /// Reads a record.
  ///
  /// - Parameter octets: The record so far as there is.
  /// - Returns: What it holds.
  /// - Throws: `Mistake`.
  public static func log(_ octets: [UInt8]) throws(Mistake) -> WitnessLog {
    var log: WitnessLog?
    let lines = octets.split(separator: 0x0a, omittingEmptySubsequences: false)
    for (place, line) in lines.enumerated() {
      let isLast = place == lines.count - 1
      if isLast, line.isEmpty { break }
      let entry: WitnessEntry
      do throws(Reason) {
        entry = try WitnessEntry.read(line, atMost: longestLine, log?.head)
      } catch {
        // The last line may be cut off.
        if isLast, log != nil, error == .malformed { break }
        throw Mistake(line: place + 1, reason: error)
      }
      do throws(Reason) { try add(entry, to: &log) } catch {
        throw Mistake(line: place + 1, reason: error)
      }
    }
    guard let log else { throw Mistake(line: 1, reason: .noHead) }
    return log
  }

  private static func add(_ entry: WitnessEntry, to log: inout WitnessLog?) throws(Reason) {
    if log?.tail != nil { throw .behindEnd }
    switch entry {
    case .head(let head):
      guard log == nil else { throw .repeatedHead }
      log = WitnessLog(head: head)
    case .segment(let segment): log?.segments.append(segment)
    case .kernelReset(let reset): log?.kernelResets.append(reset)
    case .tail(let tail):
      guard tail.segments == log?.segments.count, tail.kernelResets == log?.kernelResets.count
      else { throw .wrongCount }
      log?.tail = tail
    }
    guard log != nil else { throw .noHead }
  }

  /// Whether the end of a record is its last line, by the octets before: 2048 are enough.
  public static func isWhole(_ suffix: ArraySlice<UInt8>) -> Bool {
    guard suffix.last == 0x0a else { return false }
    let start = suffix.dropLast().lastIndex(of: 0x0a).map { $0 + 1 } ?? suffix.startIndex
    return suffix[start...].starts(with: end)
  }
}

extension WitnessReader.Reason: Error {}

extension WitnessReader.Mistake: CustomStringConvertible {
  /// One line for people.
  public var description: String {
    let words =
      switch reason {
      case .tooLong: "is too long"
      case .malformed: "is no line of a witness's record"
      case .unknownType: "is of another version, or of something else"
      case .noHead: "is not the head that a witness's record begins with"
      case .repeatedHead: "begins another record"
      case .behindEnd: "stands behind the end"
      case .wrongCount: "counts other than what stands before it"
      }
    return "line \(line) \(words)"
  }
}
