internal import RSTCore
internal import RSTWire

/// Which ports of which hosts may be probed for whoever asks.
///
/// A name is allowed by name, and an address by address: no name is looked up that nobody allowed, and
/// what an allowed name stands for is its owner's business.
public struct AllowList: Hashable, Sendable {
  private struct Entry: Hashable, Sendable {
    var hosts: TargetExpression
    var ports: PortList
  }

  /// What cannot be read, and where.
  public struct Mistake: Error, Hashable, Sendable, CustomStringConvertible {
    /// The entry.
    public var entry: String
    /// What is wrong with it.
    public var reason: String

    /// Both.
    public var description: String { "'\(entry)' is no HOSTS:PORTS: \(reason)" }
  }

  private var entries: [Entry] = []

  /// Makes a list that allows nothing.
  public init() {}

  /// Whether nothing is allowed.
  public var isEmpty: Bool { entries.isEmpty }

  /// Adds what an entry allows: `HOSTS:PORTS`, with a name, an address, a block or a range, and ports
  /// as `22,80,8000-8100`; brackets around what has colons, as in `[2001:db8::/64]:443`.
  ///
  /// - Throws: `Mistake`.
  public mutating func add(_ text: String) throws(Mistake) {
    guard let parts = HostAndPorts(parting: text) else {
      throw Mistake(entry: text, reason: "write 192.0.2.0/24:22,80, or [2001:db8::/64]:443")
    }
    do throws(TargetTextError) {
      entries.append(
        Entry(
          hosts: try TargetExpression(parsing: parts.host, isExact: true),
          ports: try PortList(parsing: parts.ports)))
    } catch {
      throw Mistake(entry: text, reason: "\(error)")
    }
  }

  /// Adds what the lines of a file allow, one entry each; `#` begins a comment.
  ///
  /// - Throws: `Mistake`.
  public mutating func add(lines text: String) throws(Mistake) {
    for line in text.split(whereSeparator: \.isNewline) {
      let entry = line.prefix { $0 != "#" }.drop(while: \.isWhitespace)
      let end = entry.lastIndex { !$0.isWhitespace }
      if let end { try add(String(entry[...end])) }
    }
  }

  /// Whether a target may be probed.
  public func allows(_ target: ProbeTarget) -> Bool {
    entries.contains { entry in
      guard entry.ports.ranges.contains(where: { $0.contains(target.port) }) else { return false }
      return switch (entry.hosts, target.host) {
      case (.name(let allowed), .name(let name)): allowed == name
      case (.range(let range), .address(let address)): range.contains(address)
      case (.name, .address), (.range, .name): false
      }
    }
  }
}
