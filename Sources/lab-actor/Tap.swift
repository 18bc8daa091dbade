import CLinux
import Glibc
import RSTWire

/// A look at every frame of one interface, in both directions, and the means to add some.
struct Tap {
  /// A frame that was seen.
  struct Sighting {
    /// Whether this machine sent it through the interface.
    var isOutgoing: Bool
    /// The 14 octets of the Ethernet header.
    var link: [UInt8]
    var packet: Packet
  }

  let descriptor: Int32

  /// Opens the tap.
  ///
  /// - Throws: `ActorError` without such an interface, or without CAP_NET_RAW.
  init(interface: String) throws(ActorError) {
    let index = unsafe if_nametoindex(interface)
    guard index != 0 else { throw ActorError("interface \(interface)") }
    descriptor = socket(AF_PACKET, Int32(SOCK_RAW.rawValue), 0)
    guard descriptor >= 0 else { throw ActorError("packet socket") }
    var room: Int32 = 16 << 20
    unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, &room, 4)
    var address = sockaddr_ll()
    address.sll_family = UInt16(AF_PACKET)
    address.sll_protocol = UInt16(ETH_P_ALL).bigEndian
    address.sll_ifindex = Int32(index)
    let size = socklen_t(MemoryLayout<sockaddr_ll>.size)
    let bound = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe bind(descriptor, $0, size)
      }
    }
    guard bound == 0 else { throw ActorError("bind to \(interface)") }
  }

  /// The next frame that carries an internet packet, nil when none waits.
  func next() -> Sighting? {
    var buffer = [UInt8](repeating: 0, count: 2048)
    var address = sockaddr_ll()
    while true {
      var size = socklen_t(MemoryLayout<sockaddr_ll>.size)
      let count = unsafe withUnsafeMutablePointer(to: &address) { pointer in
        unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          unsafe recvfrom(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT), $0, &size)
        }
      }
      guard count > 0 || errno == EINTR else { return nil }
      let frame = Array(buffer[..<max(0, count)])
      guard frame.count > 14, let packet = Packet(link: .ethernet, octets: frame) else { continue }
      return Sighting(
        isOutgoing: address.sll_pkttype == PACKET_OUTGOING, link: Array(frame[..<14]),
        packet: packet)
    }
  }

  /// Sends a frame out of the interface.
  func send(_ frame: [UInt8]) {
    _ = unsafe Glibc.send(descriptor, frame, frame.count, 0)
  }
}
