import RSTCore
import RSTWire

/// One packet as a row of the ladder: a cell for each column, and what it means.
struct LadderRow {
  /// The texts of the columns, in the order of `columns`.
  var cells: [String]
  /// What the packet means, and what of it does not fit a column.
  var note: String

  /// A column of the ladder: its title and whether it is aligned to the left.
  struct Column {
    /// What stands above the column.
    let title: String
    /// Whether its cells begin in one column; numbers end in one.
    let isLeading: Bool
  }

  /// The columns for a family: IPv6 has no identification, and a flow label instead.
  ///
  /// The widest cells together, with a space between, take 79 columns: 4 digits of the index, 9
  /// of the time, 2 of the arrow, 12 of the flags, 11 of each number, 3, 5, 5, 4 and 4 of the rest.
  static func columns(family: AddressFamily) -> [Column] {
    [
      Column(title: "#", isLeading: false), Column(title: "ms", isLeading: false),
      Column(title: "", isLeading: true), Column(title: "flags", isLeading: true),
      Column(title: "seq", isLeading: false), Column(title: "ack", isLeading: false),
      Column(title: "ttl", isLeading: false),
      Column(title: family == .ipv4 ? "id" : "label", isLeading: false),
      Column(title: "win", isLeading: false),
      Column(title: family == .ipv4 ? "tos" : "tc", isLeading: false),
      Column(title: "len", isLeading: false),
    ]
  }

  /// Makes the row of a packet.
  init(
    _ record: RecordedPacket, origin: Moment, numbers: RelativeNumbers, target: IPAddress
  ) {
    let packet = record.packet
    let network = packet.network
    var remarks: [String] = []
    if record.direction == .received, network.source != target {
      remarks.append("from \(network.source)")
    }
    let time = Words.milliseconds(record.moment.nanoseconds(since: origin))
    var cells = ["\(record.index)", time.count > 9 ? ">11 days" : time]
    cells.append(record.direction == .sent ? "->" : "<-")
    let label =
      network.identification.map { "\($0)" }
      ?? Words.hexadecimal(network.flowLabel ?? 0, digits: 5)
    let trafficClass = "0x" + Words.hexadecimal(network.trafficClass, digits: 2)
    switch packet.transport {
    case .tcp(let header, let payload):
      cells += [
        Self.flags(header.flags, remarks: &remarks),
        numbers.sequence(of: header, record.direction),
        numbers.acknowledgement(of: header, record.direction),
        "\(network.hopLimit)", label, "\(header.window)", trafficClass,
        payload.count > 9999 ? ">10k" : "\(payload.count)",
      ]
    case .icmp(let message):
      cells += [
        "ICMP \(message.type)/\(message.code)",
        Self.quotedSequence(message).map(numbers.quoted) ?? "-", "-",
        "\(network.hopLimit)", label, "-", trafficClass, "-",
      ]
    case .other(let number):
      cells += ["protocol \(number)", "-", "-", "\(network.hopLimit)", label, "-"]
      cells += [trafficClass, "-"]
    }
    if !record.note.isEmpty { remarks.append(record.note) }
    if !packet.anomalies.isEmpty {
      remarks.append("odd: " + packet.anomalies.map(\.rawValue).joined(separator: ", "))
    }
    self.cells = cells
    note = remarks.joined(separator: "; ")
  }

  /// The flags by name; more than three do not fit the column and move to the remarks.
  private static func flags(_ flags: TCPFlags, remarks: inout [String]) -> String {
    let words = flags.description
    guard words.displayWidth > 12 else { return words }
    remarks.append("flags \(words)")
    return "see below"
  }

  private static func quotedSequence(_ message: ICMPMessage) -> SequenceNumber? {
    guard case .error(let quoted) = message.body else { return nil }
    return quoted.segmentStart?.sequence
  }
}
