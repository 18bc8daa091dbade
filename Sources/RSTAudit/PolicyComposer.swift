import RSTCore
import Yams

/// From the text of a file to its values, by Yams.
///
/// Yams ends at the first mapping with a key that is there twice. Every mistake is to be told at once,
/// so the first of such keys is renamed, at its own place and length, and the file read again; the
/// values keep both.
struct PolicyComposer {
  /// What is wrong.
  private(set) var mistakes: [PolicyMistake] = []

  private var text: PolicyText
  private var renamed: [Spot: Unicode.Scalar] = [:]
  private var budget = 50_000

  /// A mark that can be looked up.
  private struct Spot: Hashable {
    var line: Int
    var column: Int

    init(_ mark: Mark?) { (line, column) = (mark?.line ?? 1, mark?.column ?? 1) }
  }

  /// How many keys may be there twice before no more are looked for.
  private static let mostRenamed = 100
  /// The first of the letters that stand for the first letter of a renamed key: a private one.
  private static let firstPrivate: UInt32 = 0xe000

  init(_ text: PolicyText) { self.text = text }

  /// Reads the file.
  ///
  /// - Returns: Its values; nil where it is none, or empty: `mistakes` says why.
  mutating func compose() -> PolicyNode? {
    while true {
      do {
        guard let node = try Yams.compose(yaml: text.text) else {
          complain(1, 1, "the file holds nothing", hint: "a policy has rules")
          return nil
        }
        let converted = convert(node, depth: 0)
        // What was cut short is no policy: what else is wrong with it would mislead.
        return budget < 0 ? nil : converted
      } catch YamlError.duplicatedKeysInMapping(let keys, let context) {
        guard rename(context.mark) else {
          complain(
            context.mark.line, context.mark.column,
            "a key is given twice: \(keys.joined(separator: ", "))")
          return nil
        }
      } catch let error as YamlError {
        complain(error)
        return nil
      } catch {
        complain(1, 1, "the file cannot be read: \(error)")
        return nil
      }
    }
  }

  private mutating func rename(_ mark: Mark) -> Bool {
    guard renamed.count < Self.mostRenamed else { return false }
    let quotes: [Unicode.Scalar] = ["\"", "'"]
    let isQuoted = text.scalar(line: mark.line, column: mark.column).map(quotes.contains) ?? false
    let column = mark.column + (isQuoted ? 1 : 0)
    guard let letter = Unicode.Scalar(Self.firstPrivate + UInt32(renamed.count)),
      let before = text.replace(line: mark.line, column: column, with: letter)
    else { return false }
    renamed[Spot(mark)] = before
    return true
  }

  private mutating func convert(_ node: Node, depth: Int) -> PolicyNode? {
    let mark = Spot(node.mark)
    let place = PolicyPlace(file: text.file, line: mark.line, column: mark.column)
    budget -= 1
    guard budget > 0, depth <= PolicyText.depth else {
      if budget >= 0 {
        budget = -1
        mistakes.append(PolicyMistake(at: place, "the file is too large or too deeply nested"))
      }
      return nil
    }
    switch node {
    case .scalar(let scalar):
      return PolicyNode(value: .text(scalar.string), place: place)
    case .sequence(let sequence):
      let nodes = sequence.compactMap { convert($0, depth: depth + 1) }
      return PolicyNode(value: .list(nodes), place: place)
    case .mapping(let mapping):
      var pairs: [(key: PolicyNode.Key, value: PolicyNode)] = []
      for (key, value) in mapping {
        guard let key = self.key(key), let value = convert(value, depth: depth + 1) else {
          continue
        }
        pairs.append((key, value))
      }
      return PolicyNode(value: .map(pairs), place: place)
    case .alias:
      // The parser puts in its place what it stands for.
      mistakes.append(PolicyMistake(at: place, "an alias of nothing"))
      return nil
    }
  }

  /// A key as it stands in the file, also where it was renamed.
  private mutating func key(_ node: Node) -> PolicyNode.Key? {
    let mark = Spot(node.mark)
    let place = PolicyPlace(file: text.file, line: mark.line, column: mark.column)
    guard case .scalar(let scalar) = node else {
      mistakes.append(PolicyMistake(at: place, "a list or a mapping cannot be a key"))
      return nil
    }
    var text = scalar.string
    if let before = renamed[mark] {
      text = String(before) + String(text.unicodeScalars.dropFirst())
    }
    return PolicyNode.Key(text: text, place: place)
  }

  private mutating func complain(
    _ line: Int, _ column: Int, _ problem: String, hint: String = ""
  ) {
    mistakes.append(
      PolicyMistake(
        at: PolicyPlace(file: text.file, line: line, column: column), problem, hint: hint))
  }

  private mutating func complain(_ error: YamlError) {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      let isTab = problem.contains("cannot start any token")
      complain(
        mark.line, mark.column, "no YAML: \(problem)",
        hint: isTab ? "indent with spaces, and quote what begins with a special character" : "")
    case .reader(let problem, _, _, _):
      complain(1, 1, "no YAML: \(problem)")
    default:
      complain(1, 1, "no YAML: \(error)")
    }
  }
}
