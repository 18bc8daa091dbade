/// A TCP stack whose behaviour is known in some features, each with its source.
///
/// The table is `KnownStacks.txt`, compiled into the program: code read, documents and measurements,
/// no guesses; a feature that is not known is left out.
public struct KnownStack: Hashable, Sendable {
  /// What is known of one feature.
  public struct Trait: Hashable, Sendable {
    /// The value; several where a setting or a detail decides between them.
    public var values: Set<String>
    /// Where it is known from: a commit, a file, a document, a measurement.
    public var source: String
  }

  /// The stack and its releases, as a report says it after "behaves like".
  public var name: String
  /// What is known.
  public var traits: [FingerprintFeature: Trait]

  /// The stacks that are known.
  public static let all: [KnownStack] = {
    do throws(KnownStackError) {
      return try table(String(decoding: PackageResources.KnownStacks_txt, as: UTF8.self))
    } catch {
      // The tests read the same table.
      preconditionFailure("KnownStacks.txt, line \(error.line): \(error.fault)")
    }
  }()
}

/// What is wrong with a table of stacks.
public struct KnownStackError: Error, Hashable {
  /// The line, from 1.
  public var line: Int
  /// What is wrong with it.
  public var fault: Fault

  /// The faults of a line.
  public enum Fault: Hashable, Sendable {
    /// A stack without a name.
    case unnamed
    /// A second stack of one name.
    case repeatedName(String)
    /// A stack about which nothing is said.
    case empty(String)
    /// Something before the first stack.
    case outside
    /// A line with fewer than a key, a value and a source.
    case incomplete
    /// A key that no feature has.
    case unknownKey(String)
    /// A value that the feature cannot have.
    case impossibleValue(String)
    /// A second line for one feature of one stack.
    case repeatedKey(String)
  }
}

extension KnownStack {
  /// Reads a table: blocks that begin with `stack NAME`, followed by lines of keys, value and source.
  ///
  /// Several keys of one value are separated by commas, several possible values by `|`; the source is
  /// the rest of the line. Empty lines and those that begin with `#` say nothing.
  ///
  /// - Throws: `KnownStackError` for the first line that is not right.
  public static func table(_ text: String) throws(KnownStackError) -> [KnownStack] {
    var stacks: [KnownStack] = []
    var number = 0
    func fault(_ fault: KnownStackError.Fault) -> KnownStackError {
      KnownStackError(line: number, fault: fault)
    }
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      number += 1
      let words = line.split(separator: " ", maxSplits: 2)
      guard let first = words.first, !first.hasPrefix("#") else { continue }
      if first == "stack" {
        if let last = stacks.last, last.traits.isEmpty { throw fault(.empty(last.name)) }
        let name = words.dropFirst().joined(separator: " ")
        if name.isEmpty { throw fault(.unnamed) }
        if stacks.contains(where: { $0.name == name }) { throw fault(.repeatedName(name)) }
        stacks.append(KnownStack(name: name, traits: [:]))
        continue
      }
      guard !stacks.isEmpty else { throw fault(.outside) }
      guard words.count == 3 else { throw fault(.incomplete) }
      let values = words[1].split(separator: "|", omittingEmptySubsequences: false)
      let trait = Trait(values: Set(values.map(String.init)), source: String(words[2]))
      for key in first.split(separator: ",", omittingEmptySubsequences: false).map(String.init) {
        guard let feature = FingerprintFeature(rawValue: key) else { throw fault(.unknownKey(key)) }
        guard trait.values.isSubset(of: feature.values) else {
          throw fault(.impossibleValue(String(words[1])))
        }
        guard stacks[stacks.count - 1].traits.updateValue(trait, forKey: feature) == nil else {
          throw fault(.repeatedKey(key))
        }
      }
    }
    if let last = stacks.last, last.traits.isEmpty { throw fault(.empty(last.name)) }
    return stacks
  }
}
