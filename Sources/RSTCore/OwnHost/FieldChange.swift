import RSTWire

/// One field of a probe that left this machine with another value than it was built with.
struct FieldChange: Hashable, Sendable {
  /// The field's name, as people know it.
  let field: String
  /// The value that the probe was built with.
  let built: String
  /// The value that it left with.
  let left: String

  /// "hop limit 64 -> 5".
  var words: String { "\(field) \(built) -> \(left)" }

  /// What differs between a draft and what left in its place.
  static func between(_ built: PacketDraft, _ left: PacketDraft) -> [Self] {
    var changes: [Self] = []
    func compare<Value: Equatable>(_ field: String, _ before: Value, _ after: Value) {
      guard before != after else { return }
      changes.append(Self(field: field, built: "\(before)", left: "\(after)"))
    }
    compare("hop limit", built.hopLimit, left.hopLimit)
    compare("DSCP", built.trafficClass >> 2, left.trafficClass >> 2)
    compare("ECN bits", built.trafficClass & 3, left.trafficClass & 3)
    compare("IP identification", built.identification, left.identification)
    compare("don't-fragment flag", built.dontFragment, left.dontFragment)
    compare("flow label", built.flowLabel, left.flowLabel)
    if built.ipv4Options.isEmpty != left.ipv4Options.isEmpty {
      changes.append(Self(field: "IPv4 options", built: "some", left: "none"))
    }
    guard let before = built.segment, let after = left.segment else { return changes }
    compare("flags", before.flags, after.flags)
    compare("reserved bits", before.reserved, after.reserved)
    compare(
      "acknowledgement number", before.acknowledgement.rawValue, after.acknowledgement.rawValue)
    compare("window", before.window, after.window)
    compare("urgent pointer", before.urgentPointer, after.urgentPointer)
    changes += options(before.options, after.options)
    compare("payload octets", before.payload.count, after.payload.count)
    if before.payload.count == after.payload.count, before.payload != after.payload {
      changes.append(Self(field: "payload", built: "ours", left: "other octets"))
    }
    compare("checksum", words(before.checksum), words(after.checksum))
    return changes
  }

  /// The largest segment is said with its numbers, other options by their names.
  private static func options(_ before: [TCPOption], _ after: [TCPOption]) -> [Self] {
    let lost = before.significant.filter { !after.contains($0) }
    let gained = after.significant.filter { !before.contains($0) }
    return lost.map { option in
      let other = gained.first { $0.name == option.name }
      return Self(field: option.name, built: option.value, left: other?.value ?? "none")
    }
      + gained.filter { option in !lost.contains { $0.name == option.name } }.map {
        Self(field: $0.name, built: "none", left: $0.value)
      }
  }

  private static func words(_ checksum: SegmentDraft.Checksum) -> String {
    switch checksum {
    case .computed: "right"
    case .corrupted: "wrong"
    }
  }
}

extension TCPOption {
  fileprivate var name: String {
    switch self {
    case .endOfList: "end of options"
    case .noOperation: "padding"
    case .maximumSegmentSize: "largest segment (MSS)"
    case .windowScale: "window scale"
    case .selectiveAcknowledgementPermitted: "SACK permitted"
    case .timestamps: "timestamps"
    case .other(let kind, _): "option \(kind)"
    }
  }

  fileprivate var value: String {
    switch self {
    case .maximumSegmentSize(let size): "\(size)"
    case .windowScale(let shift): "\(shift)"
    case .timestamps(let value, _): "\(value)"
    case .endOfList, .noOperation, .selectiveAcknowledgementPermitted: "there"
    case .other(_, let data): "of \(data.count) octets"
    }
  }
}
