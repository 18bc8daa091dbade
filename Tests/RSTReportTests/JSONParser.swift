import RSTReport

/// A strict reader of RFC 8259, so that the tests read documents by other code than wrote them.
struct JSONParser {
  private let octets: [UInt8]
  private var place = 0

  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// Reads a text that is exactly one JSON document.
  static func value(of text: String) throws -> JSONValue {
    var parser = JSONParser(octets: Array(text.utf8))
    let value = try parser.value()
    parser.skipSpace()
    guard parser.place == parser.octets.count else { throw parser.failure("more than one value") }
    return value
  }

  private init(octets: [UInt8]) { self.octets = octets }

  private func failure(_ what: String) -> Failure { Failure(description: "\(what) at \(place)") }

  private var next: UInt8? { place < octets.count ? octets[place] : nil }

  private mutating func skipSpace() {
    while let octet = next, [0x20, 0x09, 0x0a, 0x0d].contains(octet) { place += 1 }
  }

  private mutating func take(_ text: String) -> Bool {
    guard octets[place...].starts(with: text.utf8) else { return false }
    place += text.utf8.count
    return true
  }

  private mutating func value() throws -> JSONValue {
    skipSpace()
    if take("null") { return .null }
    if take("true") { return .bool(true) }
    if take("false") { return .bool(false) }
    if take("[") { return try array() }
    if take("{") { return try object() }
    if take("\"") { return .string(try string()) }
    return try number()
  }

  private mutating func array() throws -> JSONValue {
    var values: [JSONValue] = []
    skipSpace()
    if take("]") { return .array(values) }
    while true {
      values.append(try value())
      skipSpace()
      if take("]") { return .array(values) }
      guard take(",") else { throw failure("no comma in an array") }
    }
  }

  private mutating func object() throws -> JSONValue {
    var members: [JSONValue.Member] = []
    var names: Set<String> = []
    skipSpace()
    if take("}") { return .object(members) }
    while true {
      skipSpace()
      guard take("\"") else { throw failure("no name") }
      let name = try string()
      guard names.insert(name).inserted else { throw failure("name twice") }
      skipSpace()
      guard take(":") else { throw failure("no colon") }
      members.append(.init(name, try value()))
      skipSpace()
      if take("}") { return .object(members) }
      guard take(",") else { throw failure("no comma in an object") }
    }
  }

  private mutating func string() throws -> String {
    var units: [UInt16] = []
    var raw: [UInt8] = []
    func flushed(_ raw: [UInt8]) throws -> [UInt16] {
      guard let text = String(validating: raw, as: UTF8.self) else { throw failure("bad UTF-8") }
      return Array(text.utf16)
    }
    while let octet = next {
      place += 1
      switch octet {
      case 0x22:
        units += try flushed(raw)
        guard let text = String(validating: units, as: UTF16.self) else {
          throw failure("lone surrogate")
        }
        return text
      case 0..<0x20: throw failure("raw control character")
      case 0x5c:
        units += try flushed(raw)
        raw = []
        units.append(try escape())
      default: raw.append(octet)
      }
    }
    throw failure("string without end")
  }

  private mutating func escape() throws -> UInt16 {
    let simple: [(String, UInt16)] = [
      ("\"", 0x22), ("\\", 0x5c), ("/", 0x2f), ("b", 8), ("f", 12), ("n", 10), ("r", 13), ("t", 9),
    ]
    for (letter, unit) in simple where take(letter) { return unit }
    guard take("u"), place + 4 <= octets.count,
      let digits = String(validating: octets[place..<place + 4], as: UTF8.self),
      digits.allSatisfy(\.isHexDigit), let unit = UInt16(digits, radix: 16)
    else { throw failure("bad escape") }
    place += 4
    return unit
  }

  private mutating func number() throws -> JSONValue {
    let start = place
    while let octet = next, "+-.0123456789eE".utf8.contains(octet) { place += 1 }
    let text = String(decoding: octets[start..<place], as: UTF8.self)
    // Most are whole, and written as Swift writes them.
    if let whole = Int64(text), text == String(whole) { return .integer(whole) }
    guard text.wholeMatch(of: /-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/) != nil else {
      throw failure("bad number '\(text)'")
    }
    if let whole = Int64(text) { return .integer(whole) }
    guard let number = Double(text), number.isFinite else { throw failure("number too large") }
    return .number(number)
  }
}

extension JSONValue {
  /// The value of a member, nil where there is none or this is no object.
  subscript(name: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.name == name }?.value
  }

  /// The elements of an array; empty where this is none.
  var elements: [JSONValue] {
    if case .array(let values) = self { values } else { [] }
  }

  /// A copy in which what stands at a path of names and indexes was changed; nil removes it.
  func changing(_ path: [String], to value: JSONValue?) -> JSONValue {
    guard let name = path.first else { return value ?? .null }
    let rest = Array(path.dropFirst())
    switch self {
    case .object(var members):
      let index = members.firstIndex { $0.name == name }
      if rest.isEmpty, value == nil {
        members.removeAll { $0.name == name }
      } else if let index {
        members[index].value = members[index].value.changing(rest, to: value)
      } else if let value {
        members.append(.init(name, value))
      }
      return .object(members)
    case .array(var values):
      guard let index = Int(name), values.indices.contains(index) else { return self }
      values[index] = values[index].changing(rest, to: value)
      return .array(values)
    case .null, .bool, .integer, .number, .string: return self
    }
  }
}
