internal import CLinux

/// One question to the kernel about routes or neighbours: rtnetlink(7).
struct NetlinkQuery {
  private var octets: [UInt8] = []

  /// Begins a request.
  private init(type: Int) {
    append(UInt32(0))  // the length, filled in at the end
    append(UInt16(type))
    append(UInt16(NLM_F_REQUEST))
    append(UInt32(1))  // sequence
    append(UInt32(0))  // port: the kernel
  }

  /// Begins an RTM_GETROUTE request.
  static func route(family: Int32, destinationBits: UInt8, sourceBits: UInt8) -> Self {
    var query = Self(type: Int(RTM_GETROUTE))
    // struct rtmsg: family, lengths of the two addresses, then nothing that we choose
    query.octets += [UInt8(family), destinationBits, sourceBits, 0, 0, 0, 0, 0]
    query.append(UInt32(0))
    return query
  }

  /// Begins an RTM_GETNEIGH request for one neighbour; Linux 5.0 and later answer it.
  static func neighbour(family: Int32, interface: UInt32) -> Self {
    var query = Self(type: Int(RTM_GETNEIGH))
    // struct ndmsg: family, padding, interface; state, flags and type are the answer's
    query.octets += [UInt8(family), 0, 0, 0]
    query.append(interface)
    query.append(UInt32(0))
    return query
  }

  /// Adds an attribute, by its number in the kernel's headers.
  mutating func add(_ kind: UInt32, _ value: [UInt8]) {
    append(UInt16(4 + value.count))
    append(UInt16(kind))
    octets += value
    while octets.count % 4 != 0 { octets.append(0) }
  }

  /// Adds an attribute that is a number.
  mutating func add(_ kind: UInt32, _ value: UInt32) {
    add(kind, Self.octets(of: value))
  }

  private mutating func append(_ number: some FixedWidthInteger) {
    octets += Self.octets(of: number)
  }

  /// The octets of a number in the order of this machine, which is netlink's.
  private static func octets(of number: some FixedWidthInteger) -> [UInt8] {
    unsafe withUnsafeBytes(of: number) { unsafe Array($0) }
  }

  /// Asks and returns the first message of the answer.
  ///
  /// - Throws: The system's refusal of the socket; the kernel's own is in the message.
  func ask() throws(SystemFailure) -> ArraySlice<UInt8> {
    var request = octets
    request.replaceSubrange(0..<4, with: Self.octets(of: UInt32(octets.count)))
    let socket = try Descriptor.socket(AF_NETLINK, Int32(SOCK_RAW.rawValue), NETLINK_ROUTE)
    guard unsafe send(socket.number, request, request.count, 0) == request.count else {
      throw SystemFailure.last
    }
    var reply = [UInt8](repeating: 0, count: 8192)
    let count = unsafe recv(socket.number, &reply, reply.count, 0)
    guard count > 0 else { throw SystemFailure.last }
    return reply[..<count]
  }
}

/// One netlink message: a fixed part of 12 octets, as routes and neighbours have, and attributes.
private struct NetlinkMessage {
  var fixed: [UInt8]
  var attributes: [UInt16: [UInt8]] = [:]

  /// Reads one message.
  ///
  /// - Throws: The error that the message carries, or EPROTO where it is of another type.
  init(parsing message: ArraySlice<UInt8>, type expected: Int) throws(SystemFailure) {
    let octets = Array(message)
    guard octets.count >= 20 else { throw SystemFailure(number: EPROTO) }
    let length = min(Int(Self.number(octets, at: 0) as UInt32), octets.count)
    let type: UInt16 = Self.number(octets, at: 4)
    if type == UInt16(NLMSG_ERROR) {
      let code = Int32(bitPattern: Self.number(octets, at: 16))
      throw SystemFailure(number: code < 0 && code > Int32.min ? -code : EPROTO)
    }
    guard type == UInt16(expected), length >= 28 else { throw SystemFailure(number: EPROTO) }
    fixed = Array(octets[16..<28])
    var offset = 28
    while offset + 4 <= length {
      let size = Int(Self.number(octets, at: offset) as UInt16)
      guard size >= 4, offset + size <= length else { return }
      let name: UInt16 = Self.number(octets, at: offset + 2)
      attributes[name & 0x3fff] = Array(octets[(offset + 4)..<(offset + size)])
      offset += (size + 3) & ~3
    }
  }

  /// A number in the order of this machine; the caller has checked the bounds.
  static func number<Number: FixedWidthInteger>(
    _ octets: [UInt8], at offset: Int
  ) -> Number {
    var value: Number = 0
    for index in 0..<MemoryLayout<Number>.size {
      let octet = Number(truncatingIfNeeded: octets[offset + index])
      value |= octet << Number(8 * index)
    }
    return Number(littleEndian: 1) == 1 ? value : value.byteSwapped
  }
}

/// What the kernel said about one destination.
struct RouteAnswer: Equatable {
  /// RTN_UNICAST, RTN_LOCAL and so on.
  var kind: UInt8
  var attributes: [UInt16: [UInt8]]

  /// Reads one netlink message.
  ///
  /// - Throws: The error that the message carries (ENETUNREACH where there is no route), or EPROTO
  ///   where it is no answer to the question.
  init(parsing message: ArraySlice<UInt8>) throws(SystemFailure) {
    let message = try NetlinkMessage(parsing: message, type: Int(RTM_NEWROUTE))
    kind = message.fixed[7]
    attributes = message.attributes
  }

  /// The number that an attribute holds; nil when it is missing or too short.
  func number(_ kind: rtattr_type_t) -> UInt32? {
    guard let value = attributes[UInt16(kind.rawValue)], value.count >= 4 else { return nil }
    return NetlinkMessage.number(value, at: 0)
  }
}

/// What the kernel knows of one neighbour.
struct NeighbourAnswer: Equatable {
  /// NUD_INCOMPLETE, NUD_FAILED and so on.
  var state: UInt16

  /// Reads one netlink message.
  ///
  /// - Throws: The error that the message carries (ENOENT where there is no such neighbour), or
  ///   EPROTO where it is no answer to the question.
  init(parsing message: ArraySlice<UInt8>) throws(SystemFailure) {
    state = NetlinkMessage.number(
      try NetlinkMessage(parsing: message, type: Int(RTM_NEWNEIGH)).fixed, at: 8)
  }
}
