internal import ArgumentParser
internal import RSTWire

/// HOST:PORT as the user writes it.
struct TargetArgument: Hashable, Sendable {
  /// A name or an address, without brackets; an IPv6 address may carry a scope.
  var host: String
  /// 1...65535.
  var port: UInt16

  /// Reads `host:port`, `192.0.2.1:port`, `[2001:db8::1]:port` or `[fe80::1%eth0]:port`.
  ///
  /// - Throws: `ValidationError` with one line that says what is wrong.
  init(parsing text: String) throws {
    guard !text.contains("/") else {
      throw ValidationError("'\(text)' is not HOST:PORT; give a host and a port, not a URL")
    }
    let host: Substring
    let rest: Substring
    if text.hasPrefix("[") {
      guard let end = text.firstIndex(of: "]") else {
        throw ValidationError("'\(text)' lacks the closing bracket of [ADDRESS]:PORT")
      }
      host = text[text.index(after: text.startIndex)..<end]
      rest = text[text.index(after: end)...]
      let address = host.prefix { $0 != "%" }
      guard IPv6Address(String(address)) != nil else {
        throw ValidationError("'\(host)' in brackets is not an IPv6 address")
      }
    } else {
      let colons = text.count { $0 == ":" }
      guard colons <= 1 else {
        throw ValidationError(
          "'\(text)' is ambiguous; write an IPv6 address in brackets, as in [2001:db8::1]:443")
      }
      host = text.prefix { $0 != ":" }
      rest = text[host.endIndex...]
    }
    guard !host.isEmpty else { throw ValidationError("'\(text)' names no host; give HOST:PORT") }
    guard rest.first == ":", rest.count > 1 else {
      throw ValidationError("'\(text)' names no port; give HOST:PORT, as in \(text.sample):443")
    }
    let digits = rest.dropFirst()
    guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = UInt16(digits),
      port != 0
    else {
      throw ValidationError("port '\(digits)' is not a number from 1 to 65535")
    }
    self.host = String(host)
    self.port = port
  }
}

extension String {
  /// The text without what follows a bracketed address, to show how a port is written.
  fileprivate var sample: String {
    hasSuffix(":") ? String(dropLast()) : self
  }
}
