/// Somebody whose resets are known, with the source.
///
/// The table is `KnownInjectors.txt`, compiled into the program: code read and captures opened. A
/// match adds a name to what is known, and is never the reason for a verdict.
public struct KnownInjector: Hashable, Sendable {
  /// Who makes such resets.
  public var name: String
  /// What it is, in one sentence.
  public var what: String
  /// Where it is known from: a file, a repository, a capture.
  public var source: String
  /// What its resets show: a word of each set has to be certain of a signature.
  ///
  /// A word with `*` at its end is the beginning of a payload; two numbers with `..` between are a
  /// range of identifications, which takes two triggers.
  public var constraints: [ResetSignature.Feature: Set<String>]

  /// Those that are known.
  public static let table: [Self] = {
    do throws(KnownInjectorError) {
      return try read(String(decoding: PackageResources.KnownInjectors_txt, as: UTF8.self))
    } catch {
      // The tests read the same table.
      preconditionFailure("KnownInjectors.txt, line \(error.line): \(error.fault)")
    }
  }()

  /// Those whose resets look like this.
  ///
  /// - Parameter signature: What resets of one origin look like.
  /// - Returns: All of them, in the order of the table; often none.
  public static func matching(_ signature: ResetSignature) -> [Self] {
    table.filter { $0.matches(signature) }
  }

  /// Whether a signature shows all that is known of this one.
  func matches(_ signature: ResetSignature) -> Bool {
    constraints.allSatisfy { feature, words in
      words.contains { signature.shows($0, feature) }
    }
  }
}

extension ResetSignature {
  /// Whether a word of the table is certain.
  func shows(_ word: String, _ feature: Feature) -> Bool {
    let certain = words[feature] ?? []
    if word.last == "*" { return certain.contains { $0.hasPrefix(word.dropLast()) } }
    guard feature == .identification, let range = KnownInjector.range(word) else {
      return certain.contains(word)
    }
    return triggers > 1 && identifications.allSatisfy(range.contains)
  }
}

/// What is wrong with a table of injectors.
public struct KnownInjectorError: Error, Hashable {
  /// The line, from 1; of a block without what it needs, its last.
  public var line: Int
  /// What is wrong with it.
  public var fault: Fault

  /// The faults of a line.
  public enum Fault: Hashable, Sendable {
    /// Something before the first block.
    case outside
    /// A line with a key alone.
    case incomplete
    /// A block without a sentence, a source or enough features.
    case lacking(String)
    /// A second block of one name.
    case repeatedName(String)
    /// A second line for one key.
    case repeatedKey(String)
    /// A key that no feature has.
    case unknownKey(String)
    /// A word that cannot stand there.
    case impossibleWord(String)
  }
}

extension KnownInjector {
  /// Reads a table: blocks that begin with `injector NAME`, with lines `what`, `source`, and one for
  /// each feature with its words, `|` between.
  ///
  /// Empty lines and those that begin with `#` say nothing.
  ///
  /// - Throws: `KnownInjectorError` for the first line that is not right.
  static func read(_ text: String) throws(KnownInjectorError) -> [Self] {
    var table: [Self] = []
    var number = 0
    func fault(_ fault: KnownInjectorError.Fault) -> KnownInjectorError {
      KnownInjectorError(line: number, fault: fault)
    }
    func finish() throws(KnownInjectorError) {
      guard let last = table.last else { return }
      // With few features anybody would match.
      guard !last.what.isEmpty, !last.source.isEmpty, last.constraints.count >= 4 else {
        throw fault(.lacking(last.name))
      }
    }
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      number += 1
      guard let key = line.split(separator: " ", maxSplits: 1).first, !key.hasPrefix("#") else {
        continue
      }
      let rest = String(line.dropFirst(key.count + 1))
      guard !rest.isEmpty else { throw fault(.incomplete) }
      if key == "injector" {
        try finish()
        guard !table.contains(where: { $0.name == rest }) else { throw fault(.repeatedName(rest)) }
        table.append(Self(name: rest, what: "", source: "", constraints: [:]))
        continue
      }
      guard var block = table.popLast() else { throw fault(.outside) }
      if let wrong = block.take(String(key), rest) { throw fault(wrong) }
      table.append(block)
    }
    try finish()
    return table
  }

  /// Takes one line of a block; what is wrong with it, or nil.
  private mutating func take(_ key: String, _ rest: String) -> KnownInjectorError.Fault? {
    switch key {
    case "what":
      guard what.isEmpty else { return .repeatedKey(key) }
      what = rest
    case "source":
      guard source.isEmpty else { return .repeatedKey(key) }
      source = rest
    default:
      guard let feature = ResetSignature.Feature(rawValue: key) else { return .unknownKey(key) }
      let words = rest.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
      if let wrong = words.first(where: { !feature.permits($0) }) { return .impossibleWord(wrong) }
      guard constraints.updateValue(Set(words), forKey: feature) == nil else {
        return .repeatedKey(key)
      }
    }
    return nil
  }

  /// Reads a range of identifications, as in `0x0010..0x001f`.
  static func range(_ word: String) -> ClosedRange<UInt16>? {
    let ends = word.split(separator: ".", omittingEmptySubsequences: false)
    guard ends.count == 3, ends[1].isEmpty, ends[0].hasPrefix("0x"), ends[2].hasPrefix("0x"),
      let low = UInt16(ends[0].dropFirst(2), radix: 16),
      let high = UInt16(ends[2].dropFirst(2), radix: 16), low <= high
    else { return nil }
    return low...high
  }
}

extension ResetSignature.Feature {
  /// Whether a word may stand in the table.
  fileprivate func permits(_ word: String) -> Bool {
    func isNumber() -> Bool {
      word.hasPrefix("0x") ? UInt16(word.dropFirst(2), radix: 16) != nil : UInt16(word) != nil
    }
    switch self {
    case .flags: return !word.isEmpty && word.allSatisfy("SFRPAUEC".contains)
    case .copies: return ["1", "2", "3", "many"].contains(word)
    case .sequence: return word == "zero" || word.hasPrefix("+")
    case .acknowledgement:
      return ["end", "end+1", "start", "start+1", "seq", "zero"].contains(word)
    case .identification:
      return ["zero", "nonzero", "copied", "copied+1", "same", "varies"].contains(word)
        || word.count == 6 && isNumber() || KnownInjector.range(word) != nil
    case .dontFragment: return ["0", "1"].contains(word)
    case .trafficClass, .window:
      return ["copied", "nonzero", "varies"].contains(word) || isNumber()
    case .hopLimit: return ["fixed", "copied", "mirrored", "varies"].contains(word)
    case .options, .payload: return !word.isEmpty
    case .reserved: return isNumber()
    case .trigger: return ["syn", "data", "fin", "ack"].contains(word)
    }
  }
}
