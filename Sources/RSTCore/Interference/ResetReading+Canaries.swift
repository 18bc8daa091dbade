internal import RSTWire

/// What only triggers with different values show: whether a field is the sender's own or a copy.
extension ResetReading {
  var trafficClass: Value {
    let values = samples.map {
      (reset: UInt16($0.reset.network.trafficClass), ours: UInt16($0.trigger.network.trafficClass))
    }
    return number(values, mask: 0xfc) { Self.hexadecimal($0, 2) }
  }

  var window: Value {
    number(samples.map { (reset: $0.header.window, ours: $0.asked.window) }, mask: 0xffff) {
      "\($0)"
    }
  }

  /// A field that is constant, or a copy of ours in the bits of a mask.
  private func number(
    _ values: [(reset: UInt16, ours: UInt16)], mask: UInt16, text: (UInt16) -> String
  ) -> Value {
    let resets = Set(values.map(\.reset))
    let ours = Set(values.map { $0.ours & mask })
    let kind: Set<String> = resets.contains(0) ? [] : ["nonzero"]
    if resets == [0] { return ours == [0] ? Value("0?", words: []) : Value("0") }
    if ours != [0], values.allSatisfy({ $0.reset & mask == $0.ours & mask }) {
      guard ours.count > 1 else { return Value("copied?", words: kind) }
      return Value("copied", words: kind.union(["copied"]))
    }
    guard let only = resets.first, resets.count == 1 else {
      return Value("varies", words: kind.union(["varies"]))
    }
    let shown = text(only)
    return Value(groups.count > 1 ? shown : shown + "?", words: kind.union([shown]))
  }

  var identification: Value {
    var values: [(reset: UInt16, ours: UInt16)] = []
    for sample in samples {
      guard let reset = sample.reset.network.identification,
        let ours = sample.trigger.network.identification
      else { return Value("none") }
      values.append((reset, ours))
    }
    let resets = Set(values.map(\.reset))
    if resets == [0] { return Value("zero") }
    let kind: Set<String> = resets.contains(0) ? [] : ["nonzero"]
    let isSure = Set(values.map(\.ours)).count > 1
    for (step, word) in [(UInt16(0), "copied"), (1, "copied+1")]
    where values.allSatisfy({ $0.reset == $0.ours &+ step }) {
      return isSure
        ? Value(word, words: kind.union([word])) : Value(word + "?", words: kind)
    }
    let isSame =
      groups.contains { $0.count > 1 }
      && groups.allSatisfy { Set($0.map(\.reset.network.identification)).count == 1 }
    let shared: Set<String> = isSame ? kind.union(["same"]) : kind
    if let only = resets.first, resets.count == 1 {
      let number = Self.hexadecimal(only, 4)
      let text = groups.count > 1 ? "fixed:\(number)" : isSame ? "same:\(number)" : "\(number)?"
      return Value(text, words: shared.union([number]))
    }
    return isSame && !kind.isEmpty
      ? Value("same", words: shared) : Value("varies", words: kind.union(["varies"]))
  }

  /// Paths that change move a TTL by one.
  var hopLimit: Value {
    let values = samples.map {
      (reset: Int($0.reset.network.hopLimit), ours: Int($0.trigger.network.hopLimit))
    }
    func isSteady(_ number: ((reset: Int, ours: Int)) -> Int) -> Bool {
      let numbers = values.map(number)
      return (numbers.max() ?? 0) - (numbers.min() ?? 0) <= 1
    }
    let hasMoved = (values.map(\.ours).max() ?? 0) - (values.map(\.ours).min() ?? 0) >= 3
    let isFixed = isSteady(\.reset)
    let first = isFixed ? initial(of: values.map(\.reset).max() ?? 0) : ""
    if isFixed {
      return hasMoved ? Value("fixed" + first, words: ["fixed"]) : Value("?" + first, words: [])
    }
    if hasMoved, isSteady({ $0.reset - $0.ours }) { return Value("copied") }
    if hasMoved, isSteady({ $0.reset + $0.ours }) { return Value("mirrored") }
    return Value("varies")
  }

  /// What a packet left with, judged by the sender's distance: the usual number that is near.
  private func initial(of arrived: Int) -> String {
    guard let hop else { return "" }
    // The way back may be another one, and a tap may not count itself.
    let left = arrived + hop - 1
    return [32, 64, 128, 255].first { abs($0 - left) <= 2 }.map { ":\($0)" } ?? ""
  }
}

/// Where a copy's sequence number lies, from the trigger's acknowledgement.
struct SequenceStep: Hashable, Comparable {
  /// Octets behind the acknowledgement; the rest comes last.
  private let order: Int
  /// As a line has it.
  let text: String

  /// Windows below this are no canary: their steps are lengths like any other.
  private static let leastWindow = 64

  init(_ sample: ResetReading.Sample) {
    let (number, asked) = (sample.header.sequence, sample.asked)
    let isZero = number == SequenceNumber(0)
    guard asked.flags.contains(.acknowledgement) else {
      (order, text) = (.max, isZero ? "zero" : "other")
      return
    }
    let offset = number.distance(from: asked.acknowledgement)
    let window = Int(asked.window)
    let length = sample.trigger.payload.count
    if offset == 0 {
      (order, text) = (0, "+0")
    } else if isZero {
      (order, text) = (.max, "zero")
    } else if let steps = Self.steps(of: window, in: offset, atMost: 64), window >= Self.leastWindow
    {
      // Multiples of a window compare by their number, whatever the window.
      (order, text) = (steps << 32, "+\(steps == 1 ? "" : "\(steps)")win")
    } else if window >= Self.leastWindow, offset == window / 2 {
      (order, text) = (1 << 31, "+win/2")
    } else if let steps = Self.steps(of: length, in: offset, atMost: 20) {
      (order, text) = (steps << 24, "+\(steps == 1 ? "" : "\(steps)")len")
    } else if (1..<1 << 20).contains(offset) {
      (order, text) = (offset, "+\(offset)")
    } else if (-65_536..<0).contains(offset) {
      (order, text) = (offset, "\(offset)")
    } else {
      (order, text) = (.max, "other")
    }
  }

  private static func steps(of size: Int, in offset: Int, atMost most: Int) -> Int? {
    guard size > 0, offset > 0, offset % size == 0, offset / size <= most else { return nil }
    return offset / size
  }

  static func < (one: Self, other: Self) -> Bool {
    (one.order, one.text) < (other.order, other.text)
  }
}
