import ArgumentParser
import Glibc
import RSTWire

/// An on-path injector: it sees packets pass and adds forged ones, but stops nothing.
///
/// With a rule of the same machine that drops the trigger it is in the path.
struct Inject: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Adds forged packets beside the target's own answers.")

  /// Who gets forged packets.
  enum Direction: String, ExpressibleByArgument { case client, server, both }

  @OptionGroup var forgery: ForgeryOptions
  @OptionGroup var watch: WatchOptions

  @Option(help: "What the client gets: reset, page (an answer to a request, with a FIN) or fin.")
  var forge = Forgery.Kind.reset

  @Option(help: "Who gets it: client, server or both; a server gets a reset.")
  var toward = Direction.client

  @Option(help: "The interface that faces the server, where it gets something.")
  var far: String?

  @Option(help: "How long it waits, in milliseconds.")
  var delay = 0.0

  /// What is to be sent, and made only then: meanwhile more is learnt of the one to be imitated.
  private struct Pending {
    var due: UInt64
    var side: Side
    var tap: Tap
    var link: [UInt8]
    var occasion: Occasion
  }

  func validate() throws {
    if toward != .client, far == nil {
      throw ValidationError("--toward \(toward.rawValue) needs --far")
    }
  }

  func run() throws {
    let form = try forgery.forgery(forge)
    let near = try Tap(interface: forgery.interface)
    let far = try far.map { name throws(ActorError) in try Tap(interface: name) }
    var watcher = Watcher(options: watch, port: forgery.port)
    // What frames to each server begin with where they leave.
    var links: [IPAddress: [UInt8]] = [:]
    var pending: [Pending] = []
    report("ready")
    while true {
      wait(for: [near.descriptor] + (far.map { [$0.descriptor] } ?? []), until: pending.first?.due)
      while let sighting = far?.next() {
        if sighting.isOutgoing, sighting.packet.tcp?.destinationPort == forgery.port {
          links[sighting.packet.network.destination] = sighting.link
        }
      }
      while let sighting = near.next() {
        guard let occasion = watcher.occasion(sighting) else { continue }
        let due = monotonicNow() + UInt64(delay * 1e6)
        if toward != .server {
          pending.append(
            Pending(
              due: due, side: .client, tap: near, link: Self.linkToClient(sighting),
              occasion: occasion))
        }
        let network = occasion.packet.network
        let server = occasion.sender == .client ? network.destination : network.source
        if toward != .client, let far, let link = links[server] {
          pending.append(
            Pending(due: due, side: .server, tap: far, link: link, occasion: occasion))
        }
      }
      // All wait equally long, so the oldest is due first.
      let now = monotonicNow()
      let due = pending.prefix { $0.due <= now }
      for item in due {
        let packets = form.packets(for: item.side, on: watcher.brought(upToDate: item.occasion))
        for packet in packets { item.tap.send(item.link + packet.encoded()) }
      }
      pending.removeFirst(due.count)
    }
  }

  /// What a frame to the client begins with.
  ///
  /// One that leaves towards it has its addresses the right way round already.
  static func linkToClient(_ sighting: Tap.Sighting) -> [UInt8] {
    let link = sighting.link
    return sighting.isOutgoing ? link : Array(link[6..<12] + link[..<6] + link[12...])
  }
}
