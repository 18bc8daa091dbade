internal import CLinux
internal import RSTCore
internal import RSTEngine
internal import RSTWire

/// The first machine on the way to a target: the router, or the target itself on the link.
///
/// Its link address has to be found before anything can be sent to it (RFC 826; RFC 4861, section
/// 7.2). Packets wait for that in the kernel, which drops them without a word when nobody answers.
struct Neighbour: Hashable, Sendable {
  /// Its address.
  let address: IPAddress
  /// The interface that it is on.
  let interface: Interface

  /// The neighbour of a route; nil where the target is this machine.
  init?(of route: Route) {
    guard !route.isLocal else { return nil }
    address = route.gateway ?? route.destination
    interface = route.interface
  }

  /// What the kernel's table of neighbours says about packets that have not left.
  ///
  /// The states are those of net/core/neighbour.c: INCOMPLETE while it asks, FAILED once it has
  /// given up. In all others packets leave, be it to an outdated link address.
  var delay: Delay {
    var query = NetlinkQuery.neighbour(
      family: address.socketFamily, interface: interface.index)
    query.add(UInt32(NDA_DST), address.networkOctets)
    // A kernel that cannot say leaves the question open.
    guard let answer = try? NeighbourAnswer(parsing: query.ask()) else { return .unknown }
    let reason = Refusal(
      cause: .noWay, text: "no neighbour answers for \(address) on \(interface.name)")
    switch Int32(answer.state) {
    case NUD_FAILED: return .undeliverable(reason: reason)
    case NUD_INCOMPLETE: return .waitingForNeighbour(reason: reason)
    default: return .unknown
    }
  }
}
