/// A ClientHello as a strict reader takes it apart: every length has to be right.
///
/// RFC 8446, section 4.1.2.
struct HelloSample: Hashable {
  struct Extension: Hashable {
    var type: UInt16
    var content: [UInt8]
  }

  struct Share: Hashable {
    var group: UInt16
    var key: [UInt8]
  }

  var random: [UInt8]
  var session: [UInt8]
  var suites: [UInt16]
  var extensions: [Extension]
  var serverName = ""
  var protocols: [String] = []
  var versions: [UInt16] = []
  var groups: [UInt16] = []
  var shares: [Share] = []

  /// A name of 253 octets.
  static let longestName = [63, 63, 63, 61].map { String(repeating: "a", count: $0) }
    .joined(separator: ".")

  /// Reads a record; nil where anything is malformed or left over.
  init?(parsing octets: [UInt8]) {
    var record = Reader(octets)
    guard record.take(3) == [22, 3, 1], var message = record.field(2), record.isEmpty,
      message.take(1) == [1], var body = message.field(3), message.isEmpty,
      body.take(2) == [3, 3], let random = body.take(32), let session = body.field(1),
      let suites = body.field(2)?.words, body.take(2) == [1, 0], var list = body.field(2),
      body.isEmpty
    else { return nil }
    self.random = random
    self.session = session.octets
    self.suites = suites
    extensions = []
    while !list.isEmpty {
      guard let type = list.word(), let content = list.field(2) else { return nil }
      extensions.append(Extension(type: type, content: content.octets))
      guard read(type, content) else { return nil }
    }
  }

  private mutating func read(_ type: UInt16, _ content: Reader) -> Bool {
    var content = content
    switch type {
    case 0:
      guard var list = content.field(2), list.take(1) == [0], let name = list.field(2),
        list.isEmpty
      else { return false }
      serverName = String(decoding: name.octets, as: UTF8.self)
    case 16:
      guard var list = content.field(2) else { return false }
      while !list.isEmpty {
        guard let name = list.field(1) else { return false }
        protocols.append(String(decoding: name.octets, as: UTF8.self))
      }
    case 43:
      guard let list = content.field(1)?.words else { return false }
      versions = list
    case 10:
      guard let list = content.field(2)?.words else { return false }
      groups = list
    case 13:
      guard content.field(2)?.words != nil else { return false }
    case 51:
      guard var list = content.field(2) else { return false }
      while !list.isEmpty {
        guard let group = list.word(), let key = list.field(2) else { return false }
        shares.append(Share(group: group, key: key.octets))
      }
    case 21: return content.octets.allSatisfy { $0 == 0 }
    default: return true
    }
    return content.isEmpty
  }
}

/// Takes octets from the front.
private struct Reader {
  var octets: [UInt8]
  var isEmpty: Bool { octets.isEmpty }

  init(_ octets: [UInt8]) { self.octets = octets }

  /// All of it as numbers of 16 bits; nil where that leaves a rest.
  var words: [UInt16]? {
    guard octets.count % 2 == 0 else { return nil }
    return stride(from: 0, to: octets.count, by: 2).map {
      UInt16(octets[$0]) << 8 | UInt16(octets[$0 + 1])
    }
  }

  mutating func take(_ count: Int) -> [UInt8]? {
    guard octets.count >= count else { return nil }
    defer { octets.removeFirst(count) }
    return Array(octets.prefix(count))
  }

  mutating func word() -> UInt16? { take(2).map { UInt16($0[0]) << 8 | UInt16($0[1]) } }

  /// What a length of so many octets counts.
  mutating func field(_ width: Int) -> Reader? {
    guard let length = take(width)?.reduce(0, { $0 << 8 | Int($1) }) else { return nil }
    return take(length).map(Reader.init)
  }
}
