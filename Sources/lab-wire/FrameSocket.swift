import CLinux
import Glibc

/// Why the wire cannot be strung, or broke.
struct WireError: Error, CustomStringConvertible {
  var description: String

  init(_ doing: String) {
    description = unsafe "\(doing): \(String(cString: strerror(errno)))"
  }
}

/// A packet socket on one interface that sees every frame arriving there.
struct FrameSocket {
  let descriptor: Int32

  /// Opens the socket.
  ///
  /// - Throws: `WireError` without such an interface, or without CAP_NET_RAW.
  init(interface: String) throws(WireError) {
    let index = unsafe if_nametoindex(interface)
    guard index != 0 else { throw WireError("interface \(interface)") }
    descriptor = socket(AF_PACKET, Int32(SOCK_RAW.rawValue), 0)
    guard descriptor >= 0 else { throw WireError("packet socket") }
    // Large enough for bursts of a sweep while this process waits for a processor.
    set(SOL_SOCKET, SO_RCVBUFFORCE, to: 64 << 20)
    set(SOL_SOCKET, SO_SNDBUFFORCE, to: 16 << 20)
    set(SOL_PACKET, PACKET_IGNORE_OUTGOING, to: 1)
    set(SOL_PACKET, PACKET_QDISC_BYPASS, to: 1)
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
    guard bound == 0 else { throw WireError("bind to \(interface)") }
  }

  /// The next frame, nil when none waits.
  ///
  /// - Throws: `WireError` when the interface is gone.
  func receive(into buffer: inout [UInt8]) throws(WireError) -> [UInt8]? {
    while true {
      let count = unsafe recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
      if count > 0 { return Array(buffer[..<min(count, buffer.count)]) }
      switch errno {
      case EINTR: continue
      case EAGAIN: return nil
      default: throw WireError("receive")
      }
    }
  }

  /// Sends a frame, waiting for room in the socket's buffer.
  func send(_ octets: [UInt8]) -> Bool {
    while true {
      let count = unsafe Glibc.send(descriptor, octets, octets.count, 0)
      if count >= 0 { return true }
      guard errno == EINTR || errno == ENOBUFS else { return false }
    }
  }

  /// How many frames the kernel dropped because the receive buffer was full.
  func kernelDrops() -> Int {
    var statistics = tpacket_stats()
    var size = socklen_t(MemoryLayout<tpacket_stats>.size)
    let result = unsafe getsockopt(
      descriptor, SOL_PACKET, PACKET_STATISTICS, &statistics, &size)
    return result == 0 ? Int(statistics.tp_drops) : 0
  }

  private func set(_ level: Int32, _ option: Int32, to value: Int32) {
    var value = value
    _ = unsafe setsockopt(
      descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
  }
}
