import CLinux
import Glibc

/// A TCP socket of the kernel; closed by hand, since the lab's parts live until they are ended.
struct TCPSocket {
  let descriptor: Int32

  /// A listener on a port, for both address families.
  ///
  /// - Throws: `ActorError` when the port is taken.
  init(listeningOn port: UInt16, backlog: Int32) throws(ActorError) {
    descriptor = socket(AF_INET6, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { throw ActorError("socket") }
    var off: Int32 = 0
    var on: Int32 = 1
    unsafe setsockopt(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &off, 4)
    unsafe setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, 4)
    var address = sockaddr_in6()
    address.sin6_family = sa_family_t(AF_INET6)
    address.sin6_port = port.bigEndian
    let size = socklen_t(MemoryLayout<sockaddr_in6>.size)
    let bound = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe bind(descriptor, $0, size)
      }
    }
    guard bound == 0, listen(descriptor, backlog) == 0 else {
      throw ActorError("listen on port \(port)")
    }
    makeNonBlocking()
  }

  /// A connection to a port of this machine, not waited for.
  ///
  /// - Throws: `ActorError` when there is no socket to be had.
  init(connectingToLocal port: UInt16) throws(ActorError) {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { throw ActorError("socket") }
    makeNonBlocking()
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    let size = socklen_t(MemoryLayout<sockaddr_in>.size)
    _ = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe connect(descriptor, $0, size)
      }
    }
  }

  /// A socket that is open already.
  init(descriptor: Int32) {
    self.descriptor = descriptor
    makeNonBlocking()
  }

  /// The next connection of a listener, nil when none waits.
  func accepted() -> TCPSocket? {
    let connection = accept(descriptor, nil, nil)
    return connection >= 0 ? TCPSocket(descriptor: connection) : nil
  }

  /// How many connections wait in a listener's accept queue.
  ///
  /// For a listener the kernel reports it in this field (net/ipv4/tcp.c, `tcp_get_info`).
  var queueLength: Int {
    var information = tcp_info()
    var size = socklen_t(MemoryLayout<tcp_info>.size)
    let result = unsafe getsockopt(
      descriptor, Int32(IPPROTO_TCP), TCP_INFO, &information, &size)
    return result == 0 ? Int(information.tcpi_unacked) : 0
  }

  /// What has come from the peer since the last look.
  enum Arrival { case nothing, octets, end }

  /// Throws away what the peer sent; `end` when it has closed or the connection is reset.
  func drain() -> Arrival {
    var octets: [UInt8] = []
    return read(into: &octets)
  }

  /// Appends what the peer sent; `end` when it has closed or the connection is reset.
  func read(into octets: inout [UInt8]) -> Arrival {
    var buffer = [UInt8](repeating: 0, count: 4096)
    var arrival = Arrival.nothing
    while true {
      let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
      guard count > 0 else {
        return count == 0 || (errno != EAGAIN && errno != EINTR) ? .end : arrival
      }
      octets += buffer[..<count]
      arrival = .octets
    }
  }

  /// Sends what there is room for; returns how much that was.
  @discardableResult
  func send(_ octets: [UInt8]) -> Int {
    max(0, unsafe Glibc.send(descriptor, octets, octets.count, Int32(MSG_NOSIGNAL)))
  }

  /// Lets every send leave as a segment of its own (TCP_NODELAY).
  func disableNagle() { set(Int32(IPPROTO_TCP), TCP_NODELAY, 1) }

  /// Makes the receive buffer of a listener's connections about so long, in octets.
  func limitReceiveBuffer(to octets: Int32) { set(SOL_SOCKET, SO_RCVBUF, octets) }

  /// Closes with a FIN, or with a reset where the peer's octets were not read.
  func close() { _ = Glibc.close(descriptor) }

  /// Closes with a reset (RFC 9293, section 3.10.5): SO_LINGER with no time to linger.
  func abort() {
    var option = linger(l_onoff: 1, l_linger: 0)
    unsafe setsockopt(
      descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    close()
  }

  private func set(_ level: Int32, _ name: Int32, _ value: Int32) {
    var value = value
    unsafe setsockopt(descriptor, level, name, &value, 4)
  }

  private func makeNonBlocking() {
    _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
  }
}
