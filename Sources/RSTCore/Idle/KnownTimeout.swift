/// An idle timeout that somebody documents, and what happens when it is over.
///
/// The table is `KnownTimeouts.txt` beside this file, and part of the program.
public struct KnownTimeout: Hashable, Sendable {
  /// How long a connection may be idle: seconds.
  public var seconds: Int
  /// What may happen then.
  public var expiry: Set<Expiry>
  /// The ports of the service whose timeout it is; empty for what may stand before any port.
  public var ports: Set<UInt16>
  /// Whose timeout it is.
  public var name: String
  /// Who says so: vendor and document, RFC, or source file.
  public var source: String

  /// What happens to a connection that was idle for too long.
  public enum Expiry: String, CaseIterable, Hashable, Sendable {
    /// Its state is forgotten, and later segments vanish.
    case silence
    /// Its state is forgotten, and the next segment is reset.
    case nextSegment = "next-segment"
    /// A reset is sent at once.
    case reset
    /// It is closed by a FIN at once.
    case fin
  }

  /// How long a connection may be idle.
  public var duration: Duration { .seconds(seconds) }

  /// Whether nothing shows its moment: only connections left alone for less and for more do.
  var isSilentUntilAsked: Bool {
    expiry.contains(.silence) || expiry.contains(.nextSegment)
  }

  /// Every timeout of the table, shortest first.
  public static let all: [Self] = {
    let text = String(decoding: PackageResources.KnownTimeouts_txt, as: UTF8.self)
    return lines(of: text).compactMap(Self.init(parsing:)).sorted {
      ($0.seconds, $0.name) < ($1.seconds, $1.name)
    }
  }()

  /// The lines of a table that are no comment.
  static func lines(of text: String) -> [Substring] {
    text.split(separator: "\n").filter { !$0.hasPrefix("#") }
  }

  /// Reads one line of the table; nil where it is malformed.
  init?(parsing line: Substring) {
    let fields = line.split(separator: "|", omittingEmptySubsequences: false).map(Self.trimmed)
    guard fields.count == 5, let seconds = Int(fields[0]), seconds > 0, !fields[3].isEmpty,
      !fields[4].isEmpty
    else { return nil }
    let expiry = fields[1].split(separator: ",").map { Expiry(rawValue: String($0)) }
    let ports = fields[2] == "any" ? [] : fields[2].split(separator: ",").map { UInt16($0) }
    guard !expiry.isEmpty, !expiry.contains(nil), !ports.contains(nil) else { return nil }
    self.seconds = seconds
    self.expiry = Set(expiry.compactMap(\.self))
    self.ports = Set(ports.compactMap(\.self))
    name = fields[3]
    source = fields[4]
  }

  private static func trimmed(_ field: Substring) -> String {
    var field = field
    while field.first == " " { field.removeFirst() }
    while field.last == " " { field.removeLast() }
    return String(field)
  }
}

extension KnownTimeout {
  /// The timeouts that may have ended a connection.
  ///
  /// - Parameters:
  ///   - expiry: How it ended.
  ///   - low: How long a connection stood for certain.
  ///   - high: After how long one was gone.
  ///   - port: The port that was connected to.
  /// - Returns: Those whose time lies between, with some room where the end itself was seen: timers
  ///   are coarse, and segments take time.
  static func matching(
    _ expiry: Expiry, above low: Duration, to high: Duration, port: UInt16
  ) -> [Self] {
    let isSeen = expiry == .fin || expiry == .reset
    let room = isSeen ? max(.milliseconds(1_500), high / 50) : .milliseconds(500)
    return all.filter { known in
      known.expiry.contains(expiry) && (known.ports.isEmpty || known.ports.contains(port))
        && known.duration > (isSeen ? low - room : low) && known.duration <= high + room
    }
  }
}
