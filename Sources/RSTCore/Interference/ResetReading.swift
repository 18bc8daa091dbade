internal import RSTWire

/// How the features of a signature are read from resets of one origin.
struct ResetReading {
  /// What a feature shows, and the words that are certain of it.
  struct Value: Hashable {
    var text: String
    var words: Set<String>

    init(_ text: String, words: Set<String>) {
      self.text = text
      self.words = words
    }

    /// A value that is certain.
    init(_ text: String) { self.init(text, words: [text]) }
  }

  /// A reset and its trigger, both with TCP headers.
  struct Sample {
    var reset: Packet
    var trigger: Packet
    var header: TCPHeader
    var asked: TCPHeader
  }

  let samples: [Sample]
  /// The samples of each trigger.
  let groups: [[Sample]]
  let hop: Int?

  init(_ samples: [ResetSample], hop: Int?) {
    self.samples = samples.compactMap { sample in
      guard let header = sample.reset.tcp, let asked = sample.trigger.tcp else { return nil }
      return Sample(reset: sample.reset, trigger: sample.trigger, header: header, asked: asked)
    }
    groups = Array(Dictionary(grouping: self.samples, by: \.trigger).values)
    self.hop = hop
  }

  /// Every feature.
  var features: [ResetSignature.Feature: Value] {
    [
      .flags: Value(listed(samples.map { Self.letters($0.header.flags) })), .copies: copies,
      .sequence: sequence, .acknowledgement: agreed(samples.map(Self.acknowledgement)),
      .identification: identification, .dontFragment: agreed(samples.map(Self.dontFragment)),
      .trafficClass: trafficClass, .window: window, .hopLimit: hopLimit,
      .options: agreed(samples.map { Self.options(of: $0.header) }), .payload: payload,
      .reserved: Value(listed(samples.map { Self.hexadecimal(UInt16($0.header.reserved), 1) })),
      .trigger: Value(listed(samples.map(Self.question))),
    ]
  }

  // MARK: - What needs one reset only

  private static func letters(_ flags: TCPFlags) -> String {
    let letters: [(TCPFlags, String)] = [
      (.syn, "S"), (.fin, "F"), (.reset, "R"), (.push, "P"), (.acknowledgement, "A"),
      (.urgent, "U"), (.echo, "E"), (.congestionWindowReduced, "C"),
    ]
    return letters.filter { flags.contains($0.0) }.map(\.1).joined()
  }

  private static func acknowledgement(of sample: Sample) -> String {
    let (header, asked) = (sample.header, sample.asked)
    if !header.flags.contains(.acknowledgement) {
      if header.acknowledgement == SequenceNumber(0) { return "zero" }
      if header.acknowledgement == header.sequence { return "seq" }
    }
    let length =
      sample.trigger.payload.count + (asked.flags.contains(.syn) ? 1 : 0)
      + (asked.flags.contains(.fin) ? 1 : 0)
    switch header.acknowledgement.distance(from: asked.sequence) {
    case length: return "end"
    case length + 1: return "end+1"
    case 0: return "start"
    case 1: return "start+1"
    default: return header.acknowledgement == SequenceNumber(0) ? "zero" : "other"
    }
  }

  private static func dontFragment(of sample: Sample) -> String {
    sample.reset.network.dontFragment.map { $0 ? "1" : "0" } ?? "none"
  }

  private static func options(of header: TCPHeader) -> String {
    let kinds = header.options.prefix(8).map { option in
      option.encoded().first.map { "\($0)" } ?? "-"
    }
    if kinds.isEmpty { return header.optionTail.isEmpty ? "-" : "odd" }
    return kinds.joined(separator: ".") + (header.options.count > 8 ? "..." : "")
  }

  private static func question(of sample: Sample) -> String {
    let flags = sample.asked.flags
    if flags.contains(.syn) { return "syn" }
    if !sample.trigger.payload.isEmpty { return "data" }
    if flags.contains(.fin) { return "fin" }
    return flags == .acknowledgement ? "ack" : "other"
  }

  // MARK: - What the copies show together

  private var copies: Value {
    let count = groups.map(\.count).max() ?? 0
    return Value(count > 3 ? "many" : "\(count)")
  }

  /// Where a copy was lost, the others still say what the ladder is.
  private var sequence: Value {
    let ladders = groups.map { Set($0.map(SequenceStep.init)) }
    guard let whole = ladders.max(by: { $0.count < $1.count }), whole.count <= 9,
      ladders.allSatisfy({ $0.isSubset(of: whole) })
    else { return Value("varies") }
    return Value(whole.sorted().map(\.text).joined(separator: ","))
  }

  private var payload: Value {
    // One octet more than is shown says that there is more.
    let payloads = samples.map { $0.reset.payload.prefix(17) }
    guard var common = payloads.first else { return Value("-") }
    for payload in payloads {
      while !payload.starts(with: common) { common.removeLast() }
    }
    let isWhole = payloads.allSatisfy { $0.count == common.count } && common.count <= 16
    // Reasons in words may have a changing end.
    guard isWhole || common.count >= 4 else { return Value("varies") }
    return common.isEmpty
      ? Value("-") : Value(Self.shown(common.prefix(16)) + (isWhole ? "" : "..."))
  }

  /// Octets as printable ASCII without spaces.
  private static func shown(_ octets: ArraySlice<UInt8>) -> String {
    guard octets.allSatisfy({ (0x20...0x7e).contains($0) }) else {
      return "hex:" + octets.map { hexadecimal(UInt16($0), 2, prefix: "") }.joined()
    }
    return String(decoding: octets.map { $0 == 0x20 ? 0x5f : $0 }, as: UTF8.self)
  }

  // MARK: - Help

  /// A number in so many hexadecimal digits at least; 0 alone is "0".
  static func hexadecimal(_ number: UInt16, _ width: Int, prefix: String = "0x") -> String {
    if number == 0, !prefix.isEmpty { return "0" }
    let digits = String(number, radix: 16)
    return prefix + String(repeating: "0", count: max(width - digits.count, 0)) + digits
  }

  private func agreed(_ texts: [String]) -> Value {
    guard let first = texts.first, texts.allSatisfy({ $0 == first }) else {
      return Value("varies")
    }
    return Value(first)
  }

  private func listed(_ texts: [String]) -> String {
    let distinct = Set(texts).sorted()
    return distinct.count > 4 ? "varies" : distinct.joined(separator: ",")
  }
}
