public import RSTCore
import RSTWire

/// The lines of a witness's record: JSON, one thing a line, a head first and a tail last.
///
/// Times count in nanoseconds from the head's, whose own stand in text: they do not fit the 53 bits that
/// many readers keep of a number.
public enum WitnessLine {
  /// The name of the format.
  public static let schema = "rstprobe-witness/1"

  /// The first line.
  public static func text(_ head: WitnessLog.Head) -> String {
    line([
      "type": .string("witness"),
      "schema": .string(schema),
      "started_ns": .string("\(head.started.nanoseconds)"),
      "port": JSONValue(head.port),
      "reasons": .bool(head.recordsReasons),
      "duration_s": JSONValue(seconds: head.duration),
    ])
  }

  /// A segment.
  public static func text(_ record: WitnessedSegment, _ head: WitnessLog.Head) -> String {
    let segment = record.segment
    return line([
      "type": .string("segment"),
      "at_ns": since(head, record.moment),
      "direction": .string(record.direction.rawValue),
      "source": .string("\(segment.source)"),
      "source_port": JSONValue(segment.sourcePort),
      "destination": .string("\(segment.destination)"),
      "destination_port": JSONValue(segment.destinationPort),
      "flags": .string(segment.flags.description),
      "sequence": JSONValue(segment.sequence.rawValue),
      "acknowledgement": JSONValue(segment.acknowledgement.rawValue),
      "window": JSONValue(segment.window),
      "payload_length": JSONValue(segment.payloadLength),
      "ttl": JSONValue(segment.hopLimit),
      "traffic_class": JSONValue(segment.trafficClass),
      "ip_id": JSONValue(segment.identification),
      "timestamps": segment.options.timestamps.map {
        .array([JSONValue($0.value), JSONValue($0.echo)])
      } ?? .null,
    ])
  }

  /// A reset that the kernel's TCP made.
  public static func text(_ reset: KernelReset, _ head: WitnessLog.Head) -> String {
    line([
      "type": .string("kernel-reset"),
      "at_ns": since(head, reset.moment),
      "local": .string("\(reset.local.address)"),
      "local_port": JSONValue(reset.local.port),
      "remote": .string("\(reset.remote.address)"),
      "remote_port": JSONValue(reset.remote.port),
      "reason": .string(reset.reason),
      "state": JSONValue(reset.state),
    ])
  }

  /// The last line.
  public static func text(_ tail: WitnessLog.Tail, _ head: WitnessLog.Head) -> String {
    line([
      "type": .string("end"),
      "at_ns": since(head, tail.ended),
      "segments": JSONValue(tail.segments),
      "kernel_resets": JSONValue(tail.kernelResets),
      "dropped": JSONValue(tail.dropped),
      "lost_reasons": JSONValue(tail.lostReasons),
      "unreadable": JSONValue(tail.unreadable),
    ])
  }

  private static func since(_ head: WitnessLog.Head, _ moment: Moment) -> JSONValue {
    JSONValue(moment.nanoseconds(since: head.started))
  }

  private static func line(_ members: KeyValuePairs<String, JSONValue>) -> String {
    JSONValue.record(members).compact + "\n"
  }
}
