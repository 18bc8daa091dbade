public import RSTCore
import RSTWire

/// The report for programs: one JSON document after the schema `rstprobe/1`.
///
/// The same diagnosis gives the same octets. What this version does not measure is present and
/// says so: `null`, or the grade `not-tested`.
public struct JSONReport: Sendable {
  let diagnosis: Diagnosis

  /// The name of the schema that the document follows.
  public static let schema = "rstprobe/1"

  /// Prepares the document of a run.
  public init(diagnosis: Diagnosis) { self.diagnosis = diagnosis }

  /// The document, ending with a line break.
  public var text: String { value.pretty + "\n" }

  /// The document as a value.
  public var value: JSONValue {
    let conclusion = diagnosis.conclusion
    let document = JSONValue.record([
      "schema": .string(Self.schema),
      "target": Self.target(diagnosis.target),
      "vantage": vantage,
      "timing": timing,
      "verdict": Self.verdict(conclusion, hasWitness: diagnosis.witness != nil),
      "findings": .array(conclusion.findings.map(Self.finding)),
      "considered": .array(conclusion.considered.map(Self.finding)),
      "rfc5961": conformance,
      "idle": idle,
      "interference": interference,
      "probes": .array(diagnosis.transcript.attempts.map(probe)),
      "packets": .array(diagnosis.transcript.packets.map(packet)),
    ])
    guard let witness, case .object(let members) = document else { return document }
    return .object(members + [.init("witness", witness)])
  }
}

// MARK: - The run

extension JSONReport {
  static func target(_ target: Target) -> JSONValue {
    .record([
      "name": .string(target.name),
      "address": .string("\(target.address)"),
      "port": JSONValue(target.port),
      "family": .string(target.address.family.rawValue),
    ])
  }

  private var vantage: JSONValue {
    let vantage = diagnosis.vantage
    return .record([
      "source": .string("\(vantage.source)"),
      "interface": .string(vantage.interface),
      "next_hop": JSONValue(vantage.nextHop.map { "\($0)" }),
    ])
  }

  private var timing: JSONValue {
    let timing = diagnosis.timing
    return .record([
      // Nanoseconds since 1970 do not fit the 53 bits that many readers keep of a number.
      "started_ns": .string("\(timing.started.nanoseconds)"),
      "elapsed_s": JSONValue(seconds: timing.elapsed),
      "round_trip_s": JSONValue(seconds: timing.roundTrip),
      "packets_sent": JSONValue(timing.packetsSent),
      "packets_received": JSONValue(timing.packetsReceived),
      "capture_drops": JSONValue(timing.captureDrops),
      "interrupted": .bool(timing.isInterrupted),
    ])
  }

  /// Seconds from the start of the run.
  func seconds(_ moment: Moment) -> JSONValue {
    .number(Double(moment.nanoseconds(since: diagnosis.timing.started)) / 1e9)
  }
}
