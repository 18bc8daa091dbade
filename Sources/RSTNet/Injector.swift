internal import CLibnet
internal import CLinux
internal import RSTCore
public import RSTEngine
public import RSTWire

/// Sends packets: each is built by libnet and goes out through libnet's raw socket.
public struct Injector: ~Copyable, PacketSink {
  private let context: LibnetContext
  private let family: AddressFamily
  private let neighbour: Neighbour?

  /// Opens a raw socket for one route.
  ///
  /// The socket is bound to the route's interface, so that packets leave where the capture looks,
  /// also over several equal routes and for link-local targets, which libnet has no scope for;
  /// and to the source address, so that routing by source applies.
  ///
  /// - Parameter route: The way to the target.
  /// - Throws: `InjectionError`; `isPermission` where CAP_NET_RAW is missing.
  public init(route: Route) throws(InjectionError) {
    let family = route.destination.family
    let context = try LibnetContext(family == .ipv4 ? .rawIPv4 : .rawIPv6)
    try Self.bind(unsafe libnet_getfd(context.handle), to: route)
    self.family = family
    self.context = context
    neighbour = Neighbour(of: route)
  }

  private static func bind(_ socket: Int32, to route: Route) throws(InjectionError) {
    let name = route.interface.name
    if !route.isLocal,
      unsafe setsockopt(socket, SOL_SOCKET, SO_BINDTODEVICE, name, socklen_t(name.utf8.count)) != 0
    {
      let failure = SystemFailure.last
      throw InjectionError(
        code: failure.number, text: "\(failure)", activity: "binding to \(name)")
    }
    let status = unsafe route.source.withSocketAddress(port: 0, scope: route.scope) {
      unsafe CLinux.bind(socket, $0, $1)
    }
    guard status == 0 else {
      let failure = SystemFailure.last
      throw InjectionError(
        code: failure.number, text: "\(failure)", activity: "binding to \(route.source)")
    }
  }

  /// Sends one packet.
  ///
  /// - Parameter draft: What to send; its family is that of the route.
  /// - Returns: What the kernel made of it.
  /// - Throws: `InjectionError` where libnet cannot build it.
  public mutating func send(_ draft: PacketDraft) throws -> Submission {
    guard draft.destination.family == family else {
      throw InjectionError(
        code: EAFNOSUPPORT, text: "the packet is of the other family", activity: "sending")
    }
    let count: Int32
    if LibnetContext.canExpress(draft) {
      try context.build(draft)
      rst_clear_errno()
      count = unsafe libnet_write(context.handle)
    } else {
      let octets = draft.encoded()
      rst_clear_errno()
      count = unsafe libnet_write_raw_ipv6(context.handle, octets, UInt32(octets.count))
    }
    guard count < 0 else { return .accepted }
    let failure = SystemFailure.last
    switch failure.number {
    case ENOBUFS, EAGAIN, ENOMEM:
      return .busy(reason: Refusal(cause: .other, text: "\(failure)"))
    case 0, EBADF, ENOTSOCK, EINVAL, EFAULT:
      throw InjectionError(
        code: failure.number, text: context.lastText, activity: "sending a packet")
    case EPERM, EACCES:
      return .refused(reason: Refusal(cause: .filtered, text: "\(failure)"))
    case EHOSTUNREACH, ENETUNREACH, EHOSTDOWN, ENETDOWN:
      return .refused(reason: Refusal(cause: .noWay, text: "\(failure)"))
    default:
      return .refused(reason: Refusal(cause: .other, text: "\(failure)"))
    }
  }

  /// Whether the next hop's link address is what packets wait for.
  public mutating func delay() -> Delay { neighbour?.delay ?? .unknown }
}
