internal import CLinux
internal import RSTWire

extension IPAddress {
  /// The number of the family as the socket interface has it.
  var socketFamily: Int32 {
    switch self {
    case .v4: AF_INET
    case .v6: AF_INET6
    }
  }

  /// The octets in network order: 4 or 16.
  var networkOctets: [UInt8] {
    switch self {
    case .v4(let address):
      (0..<4).map { UInt8(truncatingIfNeeded: address.rawValue >> UInt32(24 - 8 * $0)) }
    case .v6(let address):
      (0..<16).map { UInt8(truncatingIfNeeded: address.rawValue >> UInt128(120 - 8 * $0)) }
    }
  }

  /// Reads 4 or 16 octets in network order; nil for any other count.
  init?(networkOctets octets: some Collection<UInt8>) {
    switch octets.count {
    case 4:
      self = .v4(IPv4Address(rawValue: octets.reduce(0) { $0 << 8 | UInt32($1) }))
    case 16:
      self = .v6(IPv6Address(rawValue: octets.reduce(0) { $0 << 8 | UInt128($1) }))
    default:
      return nil
    }
  }

  /// Whether the address means something on one link only: fe80::/10.
  ///
  /// RFC 4291, section 2.5.6.
  var isLinkLocal: Bool {
    if case .v6(let address) = self { address.rawValue >> 118 == 0xfe80 >> 6 } else { false }
  }

  /// Lends the address to a system call.
  ///
  /// - Parameters:
  ///   - port: The port, host order.
  ///   - scope: The index of the interface that a link-local address belongs to.
  ///   - body: What to do with the address and its length.
  /// - Returns: What the body returns.
  func withSocketAddress<Result>(
    port: UInt16, scope: UInt32, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
  ) -> Result {
    var storage = sockaddr_storage()
    let octets = networkOctets
    return unsafe withUnsafeMutableBytes(of: &storage) { memory in
      // sockaddr_in and sockaddr_in6 begin alike: family, then the port in network order.
      unsafe memory.storeBytes(of: sa_family_t(socketFamily), as: sa_family_t.self)
      unsafe memory.storeBytes(of: port.bigEndian, toByteOffset: 2, as: UInt16.self)
      let length: Int
      switch self {
      case .v4:
        unsafe memory[4..<8].copyBytes(from: octets)
        length = MemoryLayout<sockaddr_in>.size
      case .v6:
        unsafe memory[8..<24].copyBytes(from: octets)
        unsafe memory.storeBytes(of: scope, toByteOffset: 24, as: UInt32.self)
        length = MemoryLayout<sockaddr_in6>.size
      }
      return unsafe memory.withMemoryRebound(to: sockaddr.self) { pointers in
        guard let pointer = pointers.baseAddress else {
          preconditionFailure("sockaddr_storage has octets")
        }
        return unsafe body(UnsafePointer(pointer), socklen_t(length))
      }
    }
  }

  /// Reads the address and the scope out of what a system call returned; nil for other families.
  static func reading(_ pointer: UnsafePointer<sockaddr>) -> (address: IPAddress, scope: UInt32)? {
    let memory = unsafe UnsafeRawPointer(pointer)
    switch Int32(unsafe pointer.pointee.sa_family) {
    case AF_INET:
      let octets = unsafe UnsafeRawBufferPointer(start: memory + 4, count: 4)
      return unsafe IPAddress(networkOctets: Array(octets)).map { ($0, 0) }
    case AF_INET6:
      let octets = unsafe UnsafeRawBufferPointer(start: memory + 8, count: 16)
      let scope = unsafe memory.loadUnaligned(fromByteOffset: 24, as: UInt32.self)
      return unsafe IPAddress(networkOctets: Array(octets)).map { ($0, scope) }
    default:
      return nil
    }
  }
}
