import RSTCore

/// The variables of a policy: `$name` stands for a value.
struct PolicyVariables {
  private var values: [String: (value: PolicyNode, place: PolicyPlace)] = [:]

  /// How deep variables may stand for variables.
  private static let mostDepth = 8

  /// Keeps a variable.
  ///
  /// - Returns: What is wrong with it, nil where nothing is.
  mutating func define(_ key: PolicyNode.Key, as value: PolicyNode) -> PolicyMistake? {
    guard Self.isName(key.text) else {
      return PolicyMistake(
        at: key.place, "'\(key.text)' is no variable's name",
        hint: "letters, digits and _, without '$'")
    }
    if let first = values[key.text] {
      return PolicyMistake(
        at: key.place, "the variable '\(key.text)' is given twice",
        hint: "first in \(first.place.file):\(first.place.line)")
    }
    if value.kind == "nothing" {
      return PolicyMistake(at: value.place, "the variable '\(key.text)' has no value")
    }
    values[key.text] = (value, key.place)
    return nil
  }

  /// The value itself, or what it stands for where it is `$name` or `${name}`.
  ///
  /// - Throws: `PolicyMistake` where there is no such variable, or variables stand for each other in a
  ///   circle.
  func resolve(_ node: PolicyNode, depth: Int = 0) throws(PolicyMistake) -> PolicyNode {
    guard let text = node.text, let name = try name(in: text, at: node.place) else { return node }
    guard depth < Self.mostDepth else {
      throw PolicyMistake(at: node.place, "the variable '\(name)' stands for itself in the end")
    }
    guard let found = values[name] else {
      throw PolicyMistake(
        at: node.place, "there is no variable '\(name)'",
        hint: values.isEmpty
          ? "variables are given under 'variables:'"
          : NearestWord.hint(for: name, among: values.keys.sorted()))
    }
    return try resolve(found.value, depth: depth + 1)
  }

  /// The values of a list, where variables may stand for lists.
  ///
  /// - Parameters:
  ///   - node: One value or a list of them.
  ///   - splitsCommas: Whether commas separate values too.
  /// - Returns: Values that are no lists, and every mistake on the way.
  func flatten(
    _ node: PolicyNode, splitsCommas: Bool = false
  ) -> (values: [PolicyNode], mistakes: [PolicyMistake]) {
    var flat = Flat(splitsCommas: splitsCommas)
    flatten(node, into: &flat, depth: 0)
    return (flat.values, flat.mistakes)
  }

  /// What a list becomes.
  private struct Flat {
    let splitsCommas: Bool
    var values: [PolicyNode] = []
    var mistakes: [PolicyMistake] = []
    /// How much may be looked at: lists of lists of variables grow without end.
    var budget = 20_000
  }

  private func flatten(_ node: PolicyNode, into flat: inout Flat, depth: Int) {
    for element in node.elements {
      for part in flat.splitsCommas ? Self.parts(of: element) : [element] {
        flat.budget -= 1
        guard flat.budget > 0, depth < Self.mostDepth else {
          if flat.budget >= 0 {
            flat.mistakes.append(
              PolicyMistake(at: node.place, "lists and variables become too long or too deep"))
          }
          flat.budget = -1
          return
        }
        do throws(PolicyMistake) {
          let value = try resolve(part)
          let isSeveral = flat.splitsCommas && value.text?.contains(",") == true
          if value.isList || isSeveral {
            flatten(value, into: &flat, depth: depth + 1)
          } else {
            flat.values.append(value)
          }
        } catch {
          flat.mistakes.append(error)
        }
      }
    }
  }

  /// The parts of a text between commas, each with its place.
  private static func parts(of node: PolicyNode) -> [PolicyNode] {
    guard let text = node.text, text.contains(",") else { return [node] }
    return text.split(separator: ",", omittingEmptySubsequences: false).map { part in
      let word = part.drop { $0 == " " }
      let end = word.lastIndex { $0 != " " }
      return PolicyNode(value: .text(end.map { String(word[...$0]) } ?? ""), place: node.place)
    }
  }

  private func name(in text: String, at place: PolicyPlace) throws(PolicyMistake) -> String? {
    guard text.hasPrefix("$") else { return nil }
    var name = text.dropFirst()
    if name.hasPrefix("{"), name.hasSuffix("}") { name = name.dropFirst().dropLast() }
    guard Self.isName(String(name)) else {
      throw PolicyMistake(
        at: place, "'\(text.prefix(60))' is no variable",
        hint: "write $NAME, of letters, digits and _")
    }
    return String(name)
  }

  private static func isName(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 64
      && text.utf8.allSatisfy { octet in
        (0x30...0x39).contains(octet) || (0x41...0x5a).contains(octet)
          || (0x61...0x7a).contains(octet) || octet == 0x5f
      }
  }
}

extension PolicyNode {
  /// Whether it is a list.
  var isList: Bool { if case .list = value { true } else { false } }
}
