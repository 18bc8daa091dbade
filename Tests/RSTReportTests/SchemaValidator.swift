import RSTReport

/// A validator for the part of JSON Schema (draft 2020-12) that our schema uses.
///
/// A keyword that it does not know is an error: a schema that asks for more than is checked would
/// pass for nothing.
struct SchemaValidator {
  private let root: JSONValue

  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  init(schema: JSONValue) { root = schema }

  /// Everything in which a document does not follow the schema, each with its place.
  func complaints(about document: JSONValue) throws -> [String] {
    try check(document, root, at: "$")
  }

  private func check(
    _ value: JSONValue, _ schema: JSONValue, at place: String
  ) throws -> [String] {
    if case .bool(let isAllowed) = schema { return isAllowed ? [] : ["\(place): not allowed"] }
    guard case .object(let keywords) = schema else {
      throw Failure(description: "no schema for \(place)")
    }
    var complaints: [String] = []
    for keyword in keywords {
      complaints += try check(value, keyword, of: schema, at: place)
    }
    return complaints
  }

  private func check(
    _ value: JSONValue, _ keyword: JSONValue.Member, of schema: JSONValue, at place: String
  ) throws -> [String] {
    let argument = keyword.value
    func complain(unless holds: Bool, _ text: String) -> [String] {
      holds ? [] : ["\(place): \(text)"]
    }
    switch keyword.name {
    case "$schema", "$id", "$defs", "title", "description", "then", "else": return []
    case "$ref": return try check(value, definition(argument), at: place)
    case "type":
      let names = argument.elements.isEmpty ? [argument] : argument.elements
      return complain(unless: try names.contains { try isType(value, $0) }, "wrong type")
    case "enum": return complain(unless: argument.elements.contains(value), "not in the list")
    case "const": return complain(unless: argument == value, "not the constant")
    case "pattern":
      guard case .string(let pattern) = argument else { throw unusable(keyword) }
      guard case .string(let text) = value else { return [] }
      return complain(unless: try Regex(pattern).firstMatch(in: text) != nil, "pattern")
    case "minimum": return complain(unless: compare(value, argument, >=), "too small")
    case "maximum": return complain(unless: compare(value, argument, <=), "too large")
    case "exclusiveMaximum": return complain(unless: compare(value, argument, <), "too large")
    case "required":
      guard case .object = value else { return [] }
      return argument.elements.flatMap { name -> [String] in
        guard case .string(let name) = name else { return [] }
        return complain(unless: value[name] != nil, "\(name) is missing")
      }
    case "properties", "additionalProperties":
      return try checkMembers(value, keyword, of: schema, at: place)
    case "items":
      return try value.elements.enumerated().flatMap { index, element in
        try check(element, argument, at: "\(place)[\(index)]")
      }
    case "minItems": return complain(unless: compareCount(value, argument, >=), "too few")
    case "maxItems": return complain(unless: compareCount(value, argument, <=), "too many")
    case "uniqueItems":
      guard case .array(let values) = value, argument == .bool(true) else { return [] }
      return complain(unless: Set(values).count == values.count, "the same twice")
    case "allOf":
      return try argument.elements.flatMap { try check(value, $0, at: place) }
    case "anyOf":
      let attempts = try argument.elements.map { try check(value, $0, at: place) }
      return attempts.contains(where: \.isEmpty)
        ? [] : attempts.max { $0.count < $1.count } ?? ["\(place): nothing fits"]
    case "if":
      let holds = try check(value, argument, at: place).isEmpty
      return try schema[holds ? "then" : "else"].map { try check(value, $0, at: place) } ?? []
    default: throw unusable(keyword)
    }
  }

  private func checkMembers(
    _ value: JSONValue, _ keyword: JSONValue.Member, of schema: JSONValue, at place: String
  ) throws -> [String] {
    guard case .object(let members) = value else { return [] }
    return try members.flatMap { member -> [String] in
      let inner = "\(place).\(member.name)"
      if keyword.name == "properties" {
        return try keyword.value[member.name].map { try check(member.value, $0, at: inner) } ?? []
      }
      guard schema["properties"]?[member.name] == nil else { return [] }
      return try check(member.value, keyword.value, at: inner)
    }
  }

  private func definition(_ reference: JSONValue) throws -> JSONValue {
    guard case .string(let text) = reference, text.hasPrefix("#/$defs/"),
      let definition = root["$defs"]?[String(text.dropFirst("#/$defs/".count))]
    else { throw Failure(description: "reference to nowhere: \(reference)") }
    return definition
  }

  private func isType(_ value: JSONValue, _ name: JSONValue) throws -> Bool {
    guard case .string(let name) = name else { throw Failure(description: "type without name") }
    return switch (name, value) {
    case ("null", .null), ("boolean", .bool), ("string", .string), ("array", .array),
      ("object", .object), ("integer", .integer), ("number", .integer), ("number", .number):
      true
    case ("integer", .number(let number)): number == number.rounded()
    case ("null", _), ("boolean", _), ("string", _), ("array", _), ("object", _), ("integer", _),
      ("number", _):
      false
    default: throw Failure(description: "unknown type \(name)")
    }
  }

  private func compare(
    _ value: JSONValue, _ bound: JSONValue, _ holds: (Double, Double) -> Bool
  ) -> Bool {
    guard let number = Self.number(value), let limit = Self.number(bound) else { return true }
    return holds(number, limit)
  }

  private func compareCount(
    _ value: JSONValue, _ bound: JSONValue, _ holds: (Double, Double) -> Bool
  ) -> Bool {
    guard case .array(let values) = value, let limit = Self.number(bound) else { return true }
    return holds(Double(values.count), limit)
  }

  private static func number(_ value: JSONValue) -> Double? {
    switch value {
    case .integer(let number): Double(number)
    case .number(let number): number
    case .null, .bool, .string, .array, .object: nil
    }
  }

  private func unusable(_ keyword: JSONValue.Member) -> Failure {
    Failure(description: "keyword \(keyword.name) is not checked")
  }
}
