import ArgumentParser

/// Where one field of a forged packet gets its value from.
enum Origin<Value: FixedWidthInteger & UnsignedInteger & Sendable>: Sendable {
  /// Always the same.
  case fixed(Value)
  /// That of the packet that triggered it, as it came here.
  case copied
  /// One more than that.
  case next
  /// What lacks from it to the highest value.
  case complement
  /// Another in each packet.
  case random
  /// Another each time, the same in all packets of one time.
  case wander
  /// What the packets of the one in whose name it is forged have where they pass here.
  case mimic

  /// The value for one packet: of the field of the packet that triggered it, of what was learnt of
  /// the one in whose name it is forged, of a number drawn for all packets of one time, and of the
  /// range of random values.
  func value(
    trigger: Value, learnt: Value?, drawn: UInt64, range: ClosedRange<Value>
  ) -> Value {
    switch self {
    case .fixed(let value): return value
    case .copied: return trigger
    case .next: return trigger &+ 1
    case .complement: return .max - trigger
    case .random: return .random(in: range)
    case .wander:
      let count = UInt64(range.upperBound - range.lowerBound) + 1
      return range.lowerBound + Value(drawn % count)
    case .mimic: return learnt ?? trigger
    }
  }
}

extension Origin: ExpressibleByArgument {
  init?(argument: String) {
    switch argument {
    case "copied": self = .copied
    case "next": self = .next
    case "complement": self = .complement
    case "random": self = .random
    case "wander": self = .wander
    case "mimic": self = .mimic
    default:
      guard let value = Value(argument) else { return nil }
      self = .fixed(value)
    }
  }

  var defaultValueDescription: String {
    if case .fixed(let value) = self { "\(value)" } else { "\(self)" }
  }
}

/// Whether a forged packet has the don't-fragment flag.
enum Fragmenting: String, ExpressibleByArgument {
  case on, off, copied, mimic

  func dontFragment(trigger: Bool, learnt: Bool?) -> Bool {
    switch self {
    case .on: true
    case .off: false
    case .copied: trigger
    case .mimic: learnt ?? trigger
    }
  }
}

/// Which sequence numbers forged resets have, one packet for each.
enum SequenceStrategy: ExpressibleByArgument {
  /// So many octets beyond what the receiver expects.
  case offsets([Int])
  /// What the receiver expects, and one and three windows beyond it, as tcpkill does.
  case windowLadder
  /// What the receiver expects, and half a window beyond it, as libnids does.
  case halfWindow
  /// Always 0.
  case zero

  init?(argument: String) {
    switch argument {
    case "exact": self = .offsets([0])
    case "window-ladder": self = .windowLadder
    case "half-window": self = .halfWindow
    case "zero": self = .zero
    default:
      let offsets = argument.split(separator: ",").map { Int($0) }
      guard !offsets.isEmpty, !offsets.contains(nil) else { return nil }
      self = .offsets(offsets.compactMap { $0 })
    }
  }

  var defaultValueDescription: String {
    switch self {
    case .offsets([0]): "exact"
    case .offsets(let offsets): offsets.map(String.init).joined(separator: ",")
    case .windowLadder: "window-ladder"
    case .halfWindow: "half-window"
    case .zero: "zero"
    }
  }
}
