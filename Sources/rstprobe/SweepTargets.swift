internal import RSTCore
internal import RSTNet
internal import RSTWire

/// The targets of a sweep, read from command line and files, with names looked up.
struct SweepTargets {
  private(set) var ranges: [AddressRange] = []
  private(set) var excluded: [AddressRange] = []
  /// How the user named addresses, where a name stands for one.
  private(set) var names: [IPAddress: String] = [:]
  /// Lines that name nothing, and names that nobody knows.
  private(set) var (badLines, unknownNames) = (0, 0)

  private let family: AddressFamily?
  private let complain: (String) -> Void

  /// The longest list that is read, in octets.
  private static let limit = 256 << 20
  /// No target takes so many octets: a longer word is none, and told of no farther.
  private static let longestWord = 300
  /// After so many complaints of one kind only their number is told.
  private static let mostComplaints = 20

  /// Reads.
  ///
  /// - Throws: `Failure` where a file cannot be read or an excluded name cannot be looked up.
  init(_ settings: SweepSettings, complain: @escaping (String) -> Void) throws(Failure) {
    family = settings.way.family
    self.complain = complain
    for expression in settings.expressions { add(expression) }
    for path in settings.targetFiles {
      try read(path) { list, expression in list.add(expression) }
    }
    let wrong = badLines
    for path in settings.excludeFiles {
      try read(path) { list, expression in list.exclude(expression) }
    }
    // What must not be asked has to be understood, or it would be.
    guard badLines == wrong, missingExclusions == 0 else {
      throw Failure(
        message: "not all of what is excluded is understood; nothing was sent", status: .usage)
    }
    if unknownNames + badLines > Self.mostComplaints {
      complain("\(badLines) lines and \(unknownNames) names left out in all")
    }
  }

  private var missingExclusions = 0

  private mutating func read(
    _ path: String, _ take: (inout Self, TargetExpression) -> Void
  ) throws(Failure) {
    let octets: [UInt8]
    do throws(InputFileError) { octets = try InputFile.readAny(path, limit: Self.limit) } catch {
      throw Failure(message: "'\(path)' \(error)", status: .usage)
    }
    for (number, line) in octets.split(separator: 0x0a, omittingEmptySubsequences: false)
      .enumerated()
    {
      let bare = line.prefix { $0 != 0x23 }
      for word in bare.split(whereSeparator: { $0 == 0x20 || $0 == 0x09 || $0 == 0x0d }) {
        let text = String(decoding: word.prefix(Self.longestWord), as: UTF8.self)
        do throws(TargetTextError) {
          take(&self, try TargetExpression(parsing: text))
        } catch {
          badLines += 1
          tell("\(path):\(number + 1): \(error)", badLines)
        }
      }
    }
  }

  private mutating func add(_ expression: TargetExpression) {
    switch expression {
    case .range(let range):
      ranges.append(range)
    case .name(let name):
      guard let address = look(up: name) else {
        unknownNames += 1
        return
      }
      ranges.append(AddressRange(address))
      if names[address] == nil { names[address] = name }
    }
  }

  private mutating func exclude(_ expression: TargetExpression) {
    switch expression {
    case .range(let range): excluded.append(range)
    case .name(let name):
      if let address = look(up: name) {
        excluded.append(AddressRange(address))
      } else {
        missingExclusions += 1
      }
    }
  }

  private func look(up name: String) -> IPAddress? {
    do throws(ResolverError) {
      return try Resolver.resolve(name, family: family).address
    } catch {
      tell("\(error)", unknownNames + 1)
      return nil
    }
  }

  private func tell(_ text: String, _ count: Int) {
    if count <= Self.mostComplaints { complain(text) }
  }
}
