public import RSTCore
import RSTWire

/// What a witness shows to a person who looks on: the resets.
public enum WitnessText {
  /// Where it listens.
  public static func text(_ head: WitnessLog.Head) -> String {
    let port = head.port.map { "port \($0)" } ?? "all ports"
    let duration = head.duration.map { "for \(Words.duration($0))" } ?? "until interrupted"
    return "witness: listening on all interfaces, \(port), \(duration)\n"
  }

  /// A reset that came or went; nil for other segments.
  public static func text(_ record: WitnessedSegment, _ head: WitnessLog.Head) -> String? {
    let segment = record.segment
    guard segment.flags.contains(.reset) else { return nil }
    let way = record.direction == .sent ? "sent    " : "received"
    return "\(time(record.moment, head))  \(way) \(segment.flags) "
      + "\(Words.endpoint(segment.source, port: segment.sourcePort)) -> "
      + "\(Words.endpoint(segment.destination, port: segment.destinationPort))\n"
  }

  /// A reset that the kernel's TCP made.
  public static func text(_ reset: KernelReset, _ head: WitnessLog.Head) -> String {
    "\(time(reset.moment, head))  because  \(reset.reason) "
      + "\(Words.endpoint(reset.local.address, port: reset.local.port)) -> "
      + "\(Words.endpoint(reset.remote.address, port: reset.remote.port))\n"
  }

  /// What it recorded in all.
  public static func text(_ tail: WitnessLog.Tail) -> String {
    "\(Words.count(tail.segments, "segment")), "
      + "\(Words.count(tail.kernelResets, "reset")) of the kernel's TCP, "
      + "\(Words.count(tail.dropped, "packet")) lost\n"
  }

  private static func time(_ moment: Moment, _ head: WitnessLog.Head) -> String {
    "\(Words.milliseconds(moment.nanoseconds(since: head.started))) ms".aligned(right: 14)
  }
}
