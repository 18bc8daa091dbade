import ArgumentParser
import Glibc
import RSTWire

/// A listener whose accept queue fills between its SYN-ACK and the client's last ACK.
///
/// With net.ipv4.tcp_abort_on_overflow that ACK is then reset (net/ipv4/tcp_minisocks.c,
/// `tcp_check_req`). The queue has room for one connection; a local one takes it soon after a
/// SYN-ACK was seen leaving, and gives it back when no more follow, so that the next client finds
/// the same. It needs a round trip longer than the wait before filling.
struct OverflowRace: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Fills its accept queue between SYN-ACK and last ACK.")

  @Argument(help: "The port.")
  var port: UInt16

  @Option(help: "The interface that faces the client.")
  var interface: String

  @Option(help: "How long after the first SYN-ACK the queue fills, in milliseconds.")
  var after = 4.0

  /// Longer than a busy machine lets a client wait before it acknowledges.
  @Option(help: "How long after the last SYN-ACK it empties, in milliseconds.")
  var keep = 400.0

  func run() throws {
    let tap = try Tap(interface: interface)
    let listener = try TCPSocket(listeningOn: port, backlog: 0)
    var filler: TCPSocket?
    var fillsAt: UInt64?
    var emptiesAt: UInt64?
    report("ready")
    while true {
      wait(for: [tap.descriptor], until: filler == nil ? fillsAt : emptiesAt)
      while let sighting = tap.next() {
        guard sighting.isOutgoing, let header = sighting.packet.tcp,
          header.sourcePort == port, header.flags.isSuperset(of: [.syn, .acknowledgement])
        else { continue }
        let now = monotonicNow()
        if filler == nil, fillsAt == nil { fillsAt = now + UInt64(after * 1e6) }
        emptiesAt = now + UInt64(keep * 1e6)
      }
      let now = monotonicNow()
      if let moment = fillsAt, moment <= now {
        filler = try TCPSocket(connectingToLocal: port)
        fillsAt = nil
      }
      if let connection = filler, let moment = emptiesAt, moment <= now {
        while let accepted = listener.accepted() { accepted.close() }
        connection.close()
        filler = nil
        emptiesAt = nil
      }
    }
  }
}
