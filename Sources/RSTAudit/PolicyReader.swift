public import RSTCore

/// Reads a policy with all files that it includes, and says everything that is wrong with it at once.
///
/// Opens no file itself: whoever calls it says how.
public struct PolicyReader {
  /// Gives the octets of a file, or says in a few words why not ("cannot be read: ...").
  public typealias Opener = (String) -> Result<[UInt8], Unreadable>

  /// Why a file cannot be read, to follow its name in a sentence.
  public struct Unreadable: Error, Hashable, Sendable {
    /// The words.
    public var reason: String

    /// Makes a reason.
    public init(_ reason: String) { self.reason = reason }
  }

  /// How many files a policy may have.
  public static let mostFiles = 32
  /// How deep files may include files.
  public static let mostDepth = 8
  /// How many rules there may be in all files.
  public static let mostRules = 2_000

  private let open: Opener
  private var mistakes: [PolicyMistake] = []
  private var variables = PolicyVariables()
  private var documents: [PolicyNode] = []
  private var read: Set<String> = []
  private var name: String?

  private init(_ open: @escaping Opener) { self.open = open }

  /// Reads a policy.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - open: How files are opened.
  /// - Returns: The policy.
  /// - Throws: Everything that is wrong with it.
  public static func read(
    _ path: String, open: @escaping Opener
  ) throws(PolicyMistakes) -> AuditPolicy {
    var reader = PolicyReader(open)
    reader.load(path, stack: [], from: PolicyPlace(file: path, line: 1, column: 1))
    let rules = reader.rules(of: path)
    guard reader.mistakes.isEmpty else { throw PolicyMistakes(reader.mistakes) }
    return AuditPolicy(name: reader.name ?? path, file: path, rules: rules)
  }

  private mutating func complain(
    _ place: PolicyPlace, _ problem: String, hint: String = ""
  ) {
    mistakes.append(PolicyMistake(at: place, problem, hint: hint))
  }
}

// MARK: - Files

extension PolicyReader {
  /// Reads a file and, before it, what it includes; a file that is included twice is read once.
  private mutating func load(_ path: String, stack: [String], from place: PolicyPlace) {
    if let start = stack.firstIndex(of: path) {
      let way = (stack[start...] + [path]).joined(separator: " includes ")
      return complain(place, "an include goes in a circle: \(way)")
    }
    guard !read.contains(path) else { return }
    guard stack.count < Self.mostDepth, read.count < Self.mostFiles else {
      return complain(
        place, "more than \(Self.mostFiles) files, or includes more than \(Self.mostDepth) deep")
    }
    read.insert(path)
    let octets: [UInt8]
    switch open(path) {
    case .success(let found): octets = found
    case .failure(let failure):
      return complain(place, "'\(path)' \(failure.reason)")
    }
    let text: PolicyText
    do throws(PolicyMistake) { text = try PolicyText(octets, file: path) } catch {
      mistakes.append(error)
      return
    }
    var composer = PolicyComposer(text)
    let node = composer.compose()
    mistakes += composer.mistakes
    guard let node else { return }
    guard case .map(let pairs) = node.value else {
      return complain(
        node.place, "a policy is a mapping, not \(node.kind)", hint: "it begins with 'rules:'")
    }
    for (key, value) in pairs where key.text == "include" {
      for element in value.elements { include(element, by: path, stack: stack + [path]) }
    }
    for (key, value) in pairs where key.text == "variables" { define(value) }
    if stack.isEmpty, let title = pairs.first(where: { $0.key.text == "policy" })?.value.text {
      name = title
    }
    documents.append(node)
  }

  private mutating func include(_ node: PolicyNode, by path: String, stack: [String]) {
    guard let name = node.text else {
      return complain(node.place, "a file's name is expected, not \(node.kind)")
    }
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    // A policy from somebody else shall not make a privileged run look into other files.
    guard !name.hasPrefix("/"), !parts.contains("..") else {
      return complain(
        node.place, "'\(name)' is not below the directory of the policy",
        hint: "name the file from there, without '..'")
    }
    let directory = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    let clean = parts.filter { $0 != "." && !$0.isEmpty }.joined(separator: "/")
    load(directory + clean, stack: stack, from: node.place)
  }

  private mutating func define(_ node: PolicyNode) {
    guard case .map(let pairs) = node.value else {
      return complain(node.place, "variables are a mapping, not \(node.kind)")
    }
    for (key, value) in pairs {
      if let mistake = variables.define(key, as: value) { mistakes.append(mistake) }
    }
  }
}

// MARK: - Rules

extension PolicyReader {
  private static let keys = ["policy", "variables", "include", "rules", "everything_else"]

  private mutating func rules(of path: String) -> [AuditRule] {
    var reader = RuleReader(variables)
    var rules: [AuditRule] = []
    var others: [AuditRule] = []
    for document in documents {
      guard case .map(let pairs) = document.value else { continue }
      reader.checkKeys(of: pairs, among: Self.keys, of: "a policy")
      for (key, value) in pairs {
        switch key.text {
        case "rules":
          guard case .list(let nodes) = value.value else {
            complain(
              value.place, "rules are a list, not \(value.kind)", hint: "begin each with '-'")
            continue
          }
          rules += nodes.compactMap { reader.rule($0, isForEverythingElse: false) }
        case "everything_else":
          others += value.elements.compactMap { reader.rule($0, isForEverythingElse: true) }
        case "policy":
          if value.text == nil { complain(value.place, "a policy's name is a text") }
        default: break
        }
      }
    }
    mistakes += reader.mistakes
    let all = rules + others
    checkTogether(all, in: path)
    mistakes.sort { $0.place < $1.place }
    return all
  }

  private mutating func checkTogether(_ rules: [AuditRule], in path: String) {
    if rules.isEmpty, mistakes.isEmpty {
      complain(PolicyPlace(file: path, line: 1, column: 1), "there is no rule")
    }
    guard rules.count <= Self.mostRules else {
      return complain(rules[Self.mostRules].place, "there are more than \(Self.mostRules) rules")
    }
    var names: [String: PolicyPlace] = [:]
    for rule in rules {
      if let first = names[rule.name] {
        complain(
          rule.place, "a rule '\(rule.name)' is there already, in \(first.file):\(first.line)",
          hint: "every rule has a name of its own")
      }
      names[rule.name] = names[rule.name] ?? rule.place
    }
    for pair in AuditContradiction.all(in: rules) {
      complain(
        pair.second.place,
        "'\(pair.second.words)' contradicts '\(pair.first.words)' of rule '\(pair.firstRule)' for "
          + "the same target and port",
        hint: "see \(pair.first.place.file):\(pair.first.place.line)")
    }
    let hasTargets = rules.contains { !$0.isForEverythingElse }
    for rule in rules where rule.isForEverythingElse && rule.targets.isEmpty && !hasTargets {
      complain(
        rule.place, "everything else is about the targets of rules, and there are none",
        hint: "give it targets of its own")
    }
  }
}

extension PolicyPlace: Comparable {
  /// By file, line and column.
  public static func < (first: Self, second: Self) -> Bool {
    (first.file, first.line, first.column) < (second.file, second.line, second.column)
  }
}
