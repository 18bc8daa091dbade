import ArgumentParser
import RSTWire

/// How forged packets look, as options.
///
/// Fields take a number or a word. `copied`: that of the packet that triggered it; `next`: one
/// more; `complement`: what lacks from it to the highest value; `random`: another in each; `wander`:
/// another each time; `mimic`: that of the server's own packets.
struct ForgeryOptions: ParsableArguments {
  @Option(help: "The interface that faces the client.")
  var interface: String

  @Option(help: "The port whose connections are answered.")
  var port: UInt16

  @Option(help: "Time to live or hop limit of the forged packets where they leave.")
  var ttl = Origin<UInt8>.fixed(64)

  @Option(help: "Their IP ID.")
  var identification = Origin<UInt16>.fixed(0)

  @Option(help: "Their don't-fragment flag: on, off, copied or mimic.")
  var dontFragment = Fragmenting.on

  @Option(help: "Their traffic class.")
  var trafficClass = Origin<UInt8>.fixed(0)

  @Option(help: "Their IPv6 flow label.")
  var flowLabel = Origin<UInt32>.fixed(0)

  @Option(help: "Their window.")
  var window = Origin<UInt16>.fixed(0)

  @Option(help: "The flags of a reset: rst or rst-ack.")
  var flags = "rst-ack"

  @Option(help: "The reserved bits of their TCP header, 0 to 15.")
  var reserved: UInt8 = 0

  @Option(help: "Their sequence numbers: exact, zero, half-window, window-ladder, or 0,1460,4380.")
  var sequence = SequenceStrategy.offsets([0])

  @Option(help: "How many copies of each are sent.")
  var copies = 1

  @Flag(help: "They carry timestamps where the server does.")
  var timestamps = false

  @Option(help: "Their text, also that of a page; \\xNN is an octet.")
  var payload = ""

  /// What clients get who asked for a page that a device blocks, unless it is given.
  private static let page =
    "HTTP/1.1 403 Forbidden\r\nContent-Length: 8\r\nConnection: close\r\n\r\nblocked\n"

  func forgery(_ kind: Forgery.Kind = .reset) throws -> Forgery {
    guard ["rst", "rst-ack"].contains(flags) else {
      throw ValidationError("--flags is rst or rst-ack")
    }
    guard let text = Self.octets(of: payload) else {
      throw ValidationError("--payload has a backslash without xNN")
    }
    return Forgery(
      kind: kind, flags: flags == "rst" ? .reset : [.reset, .acknowledgement],
      sequence: sequence, copies: copies, hopLimit: ttl, identification: identification,
      window: window, trafficClass: trafficClass, flowLabel: flowLabel, fragmenting: dontFragment,
      reserved: reserved,
      payload: text.isEmpty && kind == .page ? Array(Self.page.utf8) : text,
      hasTimestamps: timestamps)
  }

  /// The octets of a text with `\xNN` for what a command line cannot hold; nil for other
  /// backslashes.
  private static func octets(of text: String) -> [UInt8]? {
    var octets: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let octet = rest.popFirst() {
      guard octet == UInt8(ascii: "\\") else {
        octets.append(octet)
        continue
      }
      guard rest.popFirst() == UInt8(ascii: "x"),
        let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
      else { return nil }
      octets.append(value)
      rest = rest.dropFirst(2)
    }
    return octets
  }
}
