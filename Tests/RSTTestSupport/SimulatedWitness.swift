public import RSTCore
internal import RSTWire

/// A witness on a simulated host, with a clock of its own.
public struct SimulatedWitness: Sendable {
  /// By how much its clock is ahead.
  public var clock = Duration.seconds(7)
  /// Whether its kernel tells why it resets.
  public var hasReasons = true
  /// What it recorded.
  public private(set) var segments: [WitnessedSegment] = []
  /// The resets of its kernel.
  public private(set) var kernelResets: [KernelReset] = []

  /// Makes one that has seen nothing.
  public init() {}

  /// What it would write, having listened from one moment to another of the prober's clock.
  public func log(from start: Moment, to end: Moment, port: UInt16? = nil) -> WitnessLog {
    var log = WitnessLog(
      head: .init(started: start + clock, port: port, recordsReasons: hasReasons))
    log.segments = segments.filter {
      let ports = [$0.segment.sourcePort, $0.segment.destinationPort]
      return log.head.started <= $0.moment && $0.moment <= end + clock
        && (port.map(ports.contains) ?? true)
    }
    log.kernelResets = kernelResets.filter {
      log.head.started <= $0.moment && $0.moment <= end + clock
    }
    log.tail = .init(
      ended: end + clock, segments: log.segments.count, kernelResets: log.kernelResets.count)
    return log
  }

  mutating func note(_ packet: Packet, _ direction: Direction, at moment: Moment) {
    let octets = packet.octets
    guard
      case .segment(let segment, _) = CapturedFrame(
        link: .raw, octets: octets.span, originalLength: octets.count)
    else { return }
    segments.append(
      WitnessedSegment(moment: moment + clock, direction: direction, segment: segment))
  }

  mutating func noteReset(_ packet: Packet, at moment: Moment) {
    guard hasReasons, let header = packet.tcp, header.flags.contains(.reset) else { return }
    kernelResets.append(
      KernelReset(
        moment: moment + clock,
        local: Endpoint(address: packet.network.source, port: header.sourcePort),
        remote: Endpoint(address: packet.network.destination, port: header.destinationPort),
        reason: "NO_SOCKET"))
  }
}
