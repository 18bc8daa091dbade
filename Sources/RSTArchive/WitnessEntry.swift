internal import Foundation
internal import RSTCore
internal import RSTWire

/// One line of a witness's record, read.
enum WitnessEntry {
  case head(WitnessLog.Head)
  case segment(WitnessedSegment)
  case kernelReset(KernelReset)
  case tail(WitnessLog.Tail)

  /// Reads a line.
  ///
  /// - Parameters:
  ///   - line: Its octets, without its end.
  ///   - limit: The most octets that it may have.
  ///   - head: What the times of all lines but the first count from; nil for the first.
  /// - Returns: What it holds.
  /// - Throws: The reason why it cannot be read.
  static func read(
    _ line: ArraySlice<UInt8>, atMost limit: Int, _ head: WitnessLog.Head?
  ) throws(WitnessReader.Reason) -> Self {
    guard line.count <= limit else { throw .tooLong }
    let decoded: Line
    do {
      decoded = try JSONDecoder().decode(Line.self, from: Data(line))
    } catch let reason as WitnessReader.Reason {
      throw reason
    } catch {
      throw .malformed
    }
    if case .head(let head) = decoded { return .head(try head.value()) }
    guard let head else { throw .noHead }
    let value: Self? =
      switch decoded {
      case .head: nil
      case .segment(let segment): segment.value(head).map(Self.segment)
      case .kernelReset(let reset): reset.value(head).map(Self.kernelReset)
      case .tail(let tail): tail.value(head).map(Self.tail)
      }
    guard let value else { throw .malformed }
    return value
  }
}

/// A line as it stands.
private enum Line: Decodable {
  case head(Head)
  case segment(Segment)
  case kernelReset(Reset)
  case tail(Tail)

  private enum Key: CodingKey { case type }

  init(from decoder: any Decoder) throws {
    switch try decoder.container(keyedBy: Key.self).decode(String.self, forKey: .type) {
    case "witness": self = .head(try Head(from: decoder))
    case "segment": self = .segment(try Segment(from: decoder))
    case "kernel-reset": self = .kernelReset(try Reset(from: decoder))
    case "end": self = .tail(try Tail(from: decoder))
    default: throw WitnessReader.Reason.unknownType
    }
  }

  struct Head: Decodable {
    let schema: String
    let started_ns: String
    let port: UInt16?
    let reasons: Bool
    let duration_s: Double?

    func value() throws(WitnessReader.Reason) -> WitnessLog.Head {
      guard schema == "rstprobe-witness/1" else { throw .unknownType }
      guard let started = Int64(started_ns), (0...Line.latest).contains(started),
        duration_s.map({ $0 > 0 && $0 <= Line.longest }) ?? true
      else { throw .malformed }
      return WitnessLog.Head(
        started: Moment(nanoseconds: started), port: port, recordsReasons: reasons,
        duration: duration_s.map { .seconds($0) })
    }
  }

  struct Segment: Decodable {
    let at_ns: Int64
    let direction: String
    let source: String
    let source_port: UInt16
    let destination: String
    let destination_port: UInt16
    let flags: String
    let sequence: UInt32
    let acknowledgement: UInt32
    let window: UInt16
    let payload_length: UInt32
    let ttl: UInt8
    let traffic_class: UInt8
    let ip_id: UInt16?
    let timestamps: [UInt32]?

    func value(_ head: WitnessLog.Head) -> WitnessedSegment? {
      guard let moment = Line.moment(at_ns, head), let direction = Direction(rawValue: direction),
        let source = IPAddress(source), let destination = IPAddress(destination),
        source.family == destination.family, (ip_id != nil) == (source.family == .ipv4),
        let flags = TCPFlags(names: flags), timestamps?.count ?? 2 == 2
      else { return nil }
      var options = CapturedSegment.Options()
      options.timestamps = timestamps.map { .init(value: $0[0], echo: $0[1]) }
      return WitnessedSegment(
        moment: moment, direction: direction,
        segment: CapturedSegment(
          source: source, destination: destination, sourcePort: source_port,
          destinationPort: destination_port, sequence: SequenceNumber(sequence),
          acknowledgement: SequenceNumber(acknowledgement), flags: flags, window: window,
          payloadLength: Int(payload_length), hopLimit: ttl, trafficClass: traffic_class,
          identification: ip_id, options: options))
    }
  }

  struct Reset: Decodable {
    let at_ns: Int64
    let local: String
    let local_port: UInt16
    let remote: String
    let remote_port: UInt16
    let reason: String
    let state: String?

    func value(_ head: WitnessLog.Head) -> KernelReset? {
      guard let moment = Line.moment(at_ns, head), let local = IPAddress(local),
        let remote = IPAddress(remote), KernelReset.isWord(reason),
        state.map(KernelReset.isWord) ?? true
      else { return nil }
      return KernelReset(
        moment: moment, local: Endpoint(address: local, port: local_port),
        remote: Endpoint(address: remote, port: remote_port), reason: reason, state: state)
    }
  }

  struct Tail: Decodable {
    let at_ns: Int64
    let segments: UInt32
    let kernel_resets: UInt32
    let dropped: UInt32
    let lost_reasons: UInt32
    let unreadable: UInt32

    func value(_ head: WitnessLog.Head) -> WitnessLog.Tail? {
      Line.moment(at_ns, head).map {
        WitnessLog.Tail(
          ended: $0, segments: Int(segments), kernelResets: Int(kernel_resets),
          dropped: Int(dropped), lostReasons: Int(lost_reasons), unreadable: Int(unreadable))
      }
    }
  }

  /// The year 2096, in nanoseconds since 1970; and ten days, in seconds.
  static let (latest, longest) = (Int64(4_000_000_000_000_000_000), 864_000.0)

  /// The moment of a line; nil where no record lasts so long.
  static func moment(_ nanoseconds: Int64, _ head: WitnessLog.Head) -> Moment? {
    (0...Int64(longest * 1e9)).contains(nanoseconds)
      ? head.started + .nanoseconds(nanoseconds) : nil
  }
}

extension TCPFlags {
  /// Reads the names that `description` gives, in their order; nil where they are none.
  init?(names text: String) {
    guard let found = Self.named[text] else { return nil }
    self = found
  }

  private static let named = Dictionary(
    uniqueKeysWithValues: (0...UInt8.max).map { value in
      (TCPFlags(rawValue: value).description, TCPFlags(rawValue: value))
    })
}
