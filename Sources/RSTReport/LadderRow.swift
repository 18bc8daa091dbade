import RSTCore
import RSTWire

/// One packet as a row of the ladder: a cell for each column, and what it means.
public struct LadderRow: Hashable, Sendable {
  /// Whether it goes from the near end to the far one.
  public var isOutward: Bool
  /// Whose packet it is where that is neither end, as a router's; nil else.
  public var sender: String?
  /// Whether evidence names it.
  public var isDeciding: Bool
  /// The texts of the columns, in the order of `columns`.
  public var cells: [String]
  /// What the packet means, and what of it does not fit a column.
  public var note: String

  /// A column of the ladder: its title and whether it is aligned to the left.
  public struct Column: Hashable, Sendable {
    /// What stands above the column.
    public let title: String
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
    _ record: RecordedPacket, origin: Moment, numbers: RelativeNumbers, target: IPAddress,
    isDeciding: Bool
  ) {
    isOutward = record.direction == .sent
    self.isDeciding = isDeciding
    let packet = record.packet
    let network = packet.network
    var remarks: [String] = []
    if record.direction == .received, network.source != target {
      sender = "\(network.source)"
      remarks.append("from \(network.source)")
    }
    var cells = ["\(record.index)", Self.time(record.moment, since: origin)]
    cells.append(isOutward ? "->" : "<-")
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
        Self.length(payload.count),
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
    note = Sanitised(remarks.joined(separator: "; ")).text
  }

  /// Makes the row of a segment that a capture shows.
  ///
  /// - Parameters:
  ///   - segment: The segment.
  ///   - origin: When its connection began.
  ///   - numbers: What its numbers are counted from, on its own side and on the other.
  ///   - isDeciding: Whether evidence names it.
  init(
    _ segment: LoggedSegment, origin: Moment,
    numbers: (own: SequenceNumber?, other: SequenceNumber?), isDeciding: Bool
  ) {
    isOutward = segment.side == .client
    self.isDeciding = isDeciding
    var remarks: [String] = []
    let acknowledges = segment.flags.contains(.acknowledgement)
    cells = [
      "\(segment.frame)", Self.time(segment.moment, since: origin), isOutward ? "->" : "<-",
      Self.flags(segment.flags, remarks: &remarks),
      RelativeNumbers.text(segment.sequence, from: numbers.own),
      acknowledges ? RelativeNumbers.text(segment.acknowledgement, from: numbers.other) : "-",
      "\(segment.hopLimit)", segment.identification.map { "\($0)" } ?? "-", "\(segment.window)",
      "0x" + Words.hexadecimal(segment.trafficClass, digits: 2), Self.length(segment.length),
    ]
    note = remarks.joined(separator: "; ")
  }

  private static func time(_ moment: Moment, since origin: Moment) -> String {
    let time = Words.milliseconds(moment.nanoseconds(since: origin))
    return time.count > 9 ? ">11 days" : time
  }

  private static func length(_ octets: Int) -> String { octets > 9999 ? ">10k" : "\(octets)" }

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
