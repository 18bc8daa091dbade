internal import CLinux
public import RSTWire

/// Why source ports cannot be guarded.
public enum PortGuardError: Error, Hashable, Sendable {
  /// Too few ports are free on that address.
  case tooFewPorts(wanted: Int, found: Int)
  /// The system refuses, and while doing what.
  case system(SystemFailure, activity: String)
}

extension PortGuardError: CustomStringConvertible {
  /// One line for people.
  public var description: String {
    switch self {
    case .tooFewPorts(let wanted, let found):
      "only \(found) of \(wanted) source ports are free"
    case .system(let failure, let activity):
      "\(activity): \(failure)"
    }
  }
}

/// Source ports that our own kernel neither resets nor gives to anybody else.
///
/// The kernel answers a SYN-ACK for a connection that it does not know with a reset. On each port
/// stands a listener with a socket filter that discards every segment, attached and locked before
/// `listen`: the kernel finds the listener, the filter takes the segment, and no reset is made.
/// libpcap sees the frames all the same. Where the kernel wants more privilege for a filter than
/// CAP_NET_RAW, the listener asks for signatures that nobody can make, to the same effect. No packet-filter rule is needed, and nothing is left
/// behind when the process ends, in whichever way.
///
/// Keep it until the process ends, so that late answers draw no reset either.
public struct PortGuard: ~Copyable {
  /// The guarded ports, ascending.
  public let ports: [UInt16]

  private let sockets: [Int32]

  /// Where ports are taken from: above those of services, below those that some systems keep.
  private static let candidates = UInt16(32768)...UInt16(60999)

  /// From the lowest to the highest guarded port; others' ports may lie between.
  public var range: ClosedRange<UInt16> { (ports.first ?? 0)...(ports.last ?? 0) }

  /// Takes ports in one block at a random place; a busy port inside is passed over.
  ///
  /// - Parameters:
  ///   - count: How many: 1...4096.
  ///   - source: The address that they are guarded on.
  ///   - scope: The interface's index of a link-local address.
  ///   - generator: Where the place comes from.
  /// - Throws: `PortGuardError`.
  public init(
    count: Int, source: IPAddress, scope: UInt32 = 0,
    using generator: inout some RandomNumberGenerator
  ) throws(PortGuardError) {
    try self.init(
      count: count, source: source, scope: scope, means: Means.allCases, using: &generator)
  }

  /// How a listener is made to discard every segment, best first.
  enum Means: CaseIterable {
    /// By a socket filter.
    case filter
    /// By a signature that nobody can make.
    case signature
  }

  init(
    count: Int, source: IPAddress, scope: UInt32 = 0, means: [Means],
    using generator: inout some RandomNumberGenerator
  ) throws(PortGuardError) {
    let span = Self.candidates.count
    precondition((1...4096).contains(count), "a run needs a few hundred ports")
    try Self.raiseDescriptorLimit(by: count)
    let start = Int.random(in: 0...(span - count), using: &generator)
    var ports: [UInt16] = []
    var sockets: [Int32] = []
    ports.reserveCapacity(count)
    sockets.reserveCapacity(count)
    // One round through all candidates; a block that reaches the end goes on at the beginning.
    for offset in 0..<span where ports.count < count {
      let port = Self.candidates.lowerBound + UInt16((start + offset) % span)
      switch Self.guarding(port, of: source, scope: scope, means: means) {
      case .success(let socket):
        ports.append(port)
        sockets.append(socket)
      case .failure(let failure) where failure.number == EADDRINUSE:
        continue
      case .failure(let failure):
        sockets.forEach { _ = close($0) }
        throw .system(failure, activity: "guarding port \(port) of \(source)")
      }
    }
    guard ports.count == count else {
      sockets.forEach { _ = close($0) }
      throw .tooFewPorts(wanted: count, found: ports.count)
    }
    self.ports = ports.sorted()
    self.sockets = sockets
  }

  deinit { sockets.forEach { _ = close($0) } }

  private static func guarding(
    _ port: UInt16, of source: IPAddress, scope: UInt32, means: [Means]
  ) -> Result<Int32, SystemFailure> {
    let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    let socket = CLinux.socket(source.socketFamily, type, 0)
    guard socket >= 0 else { return .failure(.last) }
    let status = unsafe source.withSocketAddress(port: port, scope: scope) { address, length in
      // The port is taken first: that fails for the busy ones before the filter costs anything.
      guard unsafe bind(socket, address, length) == 0 else { return Int32(-1) }
      guard discardEverything(socket, family: source.socketFamily, means: means) else {
        return Int32(-1)
      }
      return listen(socket, 1)
    }
    guard status == 0 else {
      let failure = SystemFailure.last
      _ = close(socket)
      return .failure(failure)
    }
    return .success(socket)
  }

  /// Makes a socket discard every segment before it listens.
  private static func discardEverything(
    _ socket: Int32, family: Int32, means: [Means]
  ) -> Bool {
    for means in means {
      let status =
        switch means {
        case .filter: rst_discard_everything(socket)
        case .signature: rst_discard_unsigned(socket, family)
        }
      if status == 0 { return true }
      // Only for want of privilege is there a second way.
      guard SystemFailure.last.isPermission else { return false }
    }
    return false
  }

  /// Makes room for the sockets beside what is open already.
  static func raiseDescriptorLimit(by count: Int) throws(PortGuardError) {
    var limit = rlimit()
    let needed = rlim_t(count + 64)
    guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0,
      limit.rlim_cur < needed
    else { return }
    guard limit.rlim_max >= needed else {
      throw .system(
        SystemFailure(number: EMFILE), activity: "opening \(count) sockets to guard ports")
    }
    limit.rlim_cur = needed
    guard unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
      throw .system(.last, activity: "raising the limit of open files")
    }
  }
}
