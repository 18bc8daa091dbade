import RSTWire

/// A reset that the kernel's TCP made, and why, as its tracepoint `tcp:tcp_send_reset` tells.
///
/// Linux 6.10 and later: include/trace/events/tcp.h, include/net/rstreason.h.
public struct KernelReset: Hashable, Sendable {
  /// When.
  public var moment: Moment
  /// Who made it.
  public var local: Endpoint
  /// For whom.
  public var remote: Endpoint
  /// The kernel's word for the reason, as in `NO_SOCKET`.
  public var reason: String
  /// The socket's state, as in `TCP_ESTABLISHED`; nil where there is no socket.
  public var state: String?

  /// The longest word of the kernel that is kept, in octets.
  public static let longestWord = 64

  /// Makes one.
  public init(
    moment: Moment, local: Endpoint, remote: Endpoint, reason: String, state: String? = nil
  ) {
    self.moment = moment
    self.local = local
    self.remote = remote
    self.reason = reason
    self.state = state
  }

  /// Whether a text may be one of the kernel's words: capitals, digits and underscores.
  public static func isWord(_ text: String) -> Bool {
    (1...longestWord).contains(text.utf8.count)
      && text.utf8.allSatisfy {
        (0x41...0x5a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5f
      }
  }
}

extension KernelReset {
  /// Reads a line of `trace_pipe`; nil where it tells of no reset with its reason.
  ///
  /// - Parameters:
  ///   - line: As in `curl-77 [001] b.s3. 12.345678: tcp_send_reset: skbaddr=... skaddr=...
  ///     src=192.0.2.1:80 dest=192.0.2.2:4000 state=TCP_ESTABLISHED reason=TCP_FLAGS`.
  ///   - moment: The moment of a time in nanoseconds of the kernel's trace clock.
  public init?(traceLine line: String, moment: (Int64) -> Moment) {
    let words = line.split(separator: " ")
    // A program may be called anything: what counts stands behind its name.
    guard let place = words.lastIndex(of: "tcp_send_reset:"), place > 0,
      let time = Self.nanoseconds(words[place - 1])
    else { return nil }
    var values: [Substring: Substring] = [:]
    for word in words[(place + 1)...] {
      let parts = word.split(separator: "=", maxSplits: 1)
      if parts.count == 2 { values[parts[0]] = parts[1] }
    }
    guard let local = Self.endpoint(values["src"]), let remote = Self.endpoint(values["dest"]),
      let reason = values["reason"].map(String.init), Self.isWord(reason)
    else { return nil }
    let state = values["state"].map(String.init)
    self.init(
      moment: moment(time), local: local, remote: remote, reason: reason,
      state: state == "UNKNOWN" ? nil : state.flatMap { Self.isWord($0) ? $0 : nil })
  }

  /// Nanoseconds of a time such as `12.345678:`.
  private static func nanoseconds(_ word: Substring) -> Int64? {
    let parts = word.dropLast().split(separator: ".", omittingEmptySubsequences: false)
    guard word.last == ":", parts.count == 2, (1...9).contains(parts[1].utf8.count),
      let seconds = UInt32(parts[0]), let fraction = UInt32(parts[1])
    else { return nil }
    let unit = (parts[1].utf8.count..<9).reduce(1) { unit, _ in unit * 10 }
    return Int64(seconds) * 1_000_000_000 + Int64(fraction) * Int64(unit)
  }

  /// An address with a port as the kernel writes them: `192.0.2.1:80`, `[2001:db8::1]:80`.
  private static func endpoint(_ text: Substring?) -> Endpoint? {
    guard let text, let colon = text.lastIndex(of: ":"),
      let port = UInt16(text[text.index(after: colon)...])
    else { return nil }
    var address = text[..<colon]
    if address.first == "[", address.last == "]" { address = address.dropFirst().dropLast() }
    return IPAddress(String(address)).map { Endpoint(address: $0.unmapped, port: port) }
  }
}

extension IPAddress {
  /// The IPv4 address where this is one that IPv6 sockets write as `::ffff:192.0.2.1`: RFC 4291, section
  /// 2.5.5.2.
  var unmapped: Self {
    guard case .v6(let address) = self, address.rawValue >> 32 == 0xffff else { return self }
    return .v4(IPv4Address(rawValue: UInt32(truncatingIfNeeded: address.rawValue)))
  }
}
