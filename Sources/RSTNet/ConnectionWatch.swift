internal import CLinux
public import RSTCore

/// Ends connections to a port of this process that take too much: a server in front of untrusted
/// clients may hold as many, for as long and with as much unread as they like to.
///
/// It looks at the process's descriptors, so that it needs nothing of the server. What it ends is
/// reset, not closed: the server finds the stream broken, and closes it as any other.
public struct ConnectionWatch: Sendable {
  /// What a connection may take.
  public struct Limits: Hashable, Sendable {
    /// How many there may be at once.
    public var count: Int
    /// How long the first octet may take.
    public var silence: Duration
    /// How long a connection may last.
    public var age: Duration
    /// How many octets may come, as far as they were received between two looks.
    public var octets: UInt64

    /// Makes limits.
    public init(count: Int, silence: Duration, age: Duration, octets: UInt64) {
      self.count = count
      self.silence = silence
      self.age = age
      self.octets = octets
    }
  }

  /// A connection as it was seen.
  struct Sight: Hashable, Sendable {
    /// The number of its socket, which no other one has meanwhile.
    var inode: UInt64
    /// Octets of its stream so far.
    var received: UInt64
  }

  private let port: UInt16
  private let descriptors: Int
  private let limits: Limits
  private var seen: [UInt64: Moment] = [:]

  /// Watches connections to a port.
  ///
  /// - Parameters:
  ///   - port: The port of this process that they come to.
  ///   - descriptors: How many descriptors this process may have.
  ///   - limits: What a connection may take.
  public init(port: UInt16, descriptors: Int, limits: Limits) {
    self.port = port
    self.descriptors = descriptors
    self.limits = limits
  }

  /// Looks once, and ends what takes too much.
  ///
  /// - Parameter now: The present.
  public mutating func look(at now: Moment) {
    var found: [(descriptor: Int32, sight: Sight)] = []
    var numbers = [Int32](repeating: 0, count: descriptors)
    let count = unsafe rst_open_descriptors(&numbers, Int32(clamping: descriptors))
    for descriptor in numbers[..<Int(count)] {
      if let sight = Self.inspect(descriptor, port) { found.append((descriptor, sight)) }
    }
    let ended = excess(of: found.map(\.sight), at: now)
    for (descriptor, sight) in found where ended.contains(sight.inode) {
      // The number may mean something else by now; what a second descriptor is of cannot change.
      let second = rst_duplicate(descriptor)
      guard second >= 0 else { continue }
      if Self.inspect(second, port)?.inode == sight.inode { _ = rst_abort_connection(second) }
      _ = close(second)
    }
  }

  private static func inspect(_ descriptor: Int32, _ port: UInt16) -> Sight? {
    var connection = rst_held_connection()
    guard unsafe rst_inspect_connection(descriptor, port, &connection) == 1 else { return nil }
    return Sight(inode: connection.inode, received: connection.received)
  }

  /// Which of the connections that are there take too much; those that are left are as many as may be.
  mutating func excess(of sights: [Sight], at now: Moment) -> Set<UInt64> {
    let before = seen
    seen = [:]
    for sight in sights { seen[sight.inode] = before[sight.inode] ?? now }
    func age(_ sight: Sight) -> Duration { now - (seen[sight.inode] ?? now) }
    let (over, kept) = sights.partitioned { sight in
      sight.received > limits.octets || age(sight) > limits.age
        || sight.received == 0 && age(sight) > limits.silence
    }
    // Who asked for something stays before who did not, and then who came last.
    let worst = kept.sorted {
      $0.received == $1.received ? age($0) > age($1) : $0.received < $1.received
    }.prefix(max(kept.count - limits.count, 0))
    return Set((over + worst).map(\.inode))
  }
}

extension Array {
  /// What meets a condition, and what does not.
  fileprivate func partitioned(_ condition: (Element) -> Bool) -> (met: [Element], unmet: [Element])
  {
    var (met, unmet): ([Element], [Element]) = ([], [])
    for element in self {
      if condition(element) { met.append(element) } else { unmet.append(element) }
    }
    return (met, unmet)
  }
}

/// How many descriptors this process may have.
public enum DescriptorLimit {
  /// Raises the limit as far as the system allows, and no further than it is of use.
  ///
  /// - Parameter most: What is of use.
  /// - Returns: The limit from now on.
  public static func raise(to most: Int) -> Int {
    var limit = rlimit()
    let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    guard unsafe getrlimit(resource, &limit) == 0 else { return most }
    let before = limit.rlim_cur
    limit.rlim_cur = min(limit.rlim_max, rlim_t(most))
    // A higher limit of the user's own is lowered: it is what a flood of clients is held by.
    guard unsafe setrlimit(resource, &limit) == 0 else { return Int(clamping: before) }
    return Int(clamping: limit.rlim_cur)
  }
}
