/// A JSON value whose members keep the order in which they were given.
///
/// RFC 8259.
public enum JSONValue: Hashable, Sendable {
  /// Nothing is known.
  case null
  /// True or false.
  case bool(Bool)
  /// A whole number.
  case integer(Int64)
  /// Any finite number; JSON has no others, so those that are not finite are written as null.
  case number(Double)
  /// Text, of any scalars.
  case string(String)
  /// Values in order.
  case array([JSONValue])
  /// Names and values in order; names are not repeated.
  case object([Member])

  /// A name with its value.
  public struct Member: Hashable, Sendable {
    /// The name.
    public var name: String
    /// The value.
    public var value: JSONValue

    /// Makes a member.
    public init(_ name: String, _ value: JSONValue) {
      self.name = name
      self.value = value
    }
  }

  /// The value on one line.
  public var compact: String {
    switch self {
    case .null: "null"
    case .bool(let value): value ? "true" : "false"
    case .integer(let value): "\(value)"
    case .number(let value): value.isFinite ? "\(value)" : "null"
    case .string(let value): Self.quoted(value)
    case .array(let values): "[" + values.map(\.compact).joined(separator: ", ") + "]"
    case .object(let members):
      "{"
        + members.map { "\(Self.quoted($0.name)): \($0.value.compact)" }.joined(separator: ", ")
        + "}"
    }
  }

  /// The value over several lines: what fits a line of 100 columns stays on one.
  public var pretty: String {
    var text = ""
    write(to: &text, indent: 0, lead: 0)
    return text
  }

  /// Appends the value; `lead` is the length of what stands on its first line already.
  private func write(to text: inout String, indent: Int, lead: Int) {
    let line = compact
    guard isContainer, indent + lead + line.utf8.count > 100 else {
      text += line
      return
    }
    let margin = String(repeating: " ", count: indent + 2)
    let close = "\n" + String(repeating: " ", count: indent)
    switch self {
    case .array(let values):
      text += "["
      for (place, value) in values.enumerated() {
        text += place == 0 ? "\n" : ",\n"
        text += margin
        value.write(to: &text, indent: indent + 2, lead: 1)
      }
      text += close + "]"
    case .object(let members):
      text += "{"
      for (place, member) in members.enumerated() {
        text += place == 0 ? "\n" : ",\n"
        let name = Self.quoted(member.name) + ": "
        text += margin + name
        member.value.write(to: &text, indent: indent + 2, lead: name.utf8.count + 1)
      }
      text += close + "}"
    case .null, .bool, .integer, .number, .string:
      text += line
    }
  }

  private var isContainer: Bool {
    switch self {
    case .array(let values): !values.isEmpty
    case .object(let members): !members.isEmpty
    case .null, .bool, .integer, .number, .string: false
    }
  }
}

// MARK: - Text

extension JSONValue {
  /// A string literal in which no scalar can act on a terminal.
  ///
  /// Beside what RFC 8259, section 7 asks for, DEL, C1 controls and format characters such as
  /// bidirectional overrides are escaped: nothing is lost, and a document is safe to look at.
  static func quoted(_ text: String) -> String {
    // Nearly all of it: what needs no escape is not taken apart.
    if text.utf8.allSatisfy(isPlain) { return "\"" + text + "\"" }
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      default:
        if Sanitised.isActive(scalar) {
          for unit in UTF16.encode(scalar) ?? .init() {
            result += "\\u" + Words.hexadecimal(unit, digits: 4)
          }
        } else {
          result.unicodeScalars.append(scalar)
        }
      }
    }
    return result + "\""
  }

  private static func isPlain(_ octet: UInt8) -> Bool {
    (0x20...0x7e).contains(octet) && octet != UInt8(ascii: "\"") && octet != UInt8(ascii: "\\")
  }
}
