internal import Foundation
public import RSTCore
internal import RSTWire

/// One line of a sweep's output, as far as joining needs it.
public struct SweepRecord: Hashable, Sendable {
  /// The port.
  public var endpoint: Endpoint
  /// What is said of it.
  public var port: PortState
  /// Who said so.
  public var responder: Responder
  /// The address that was sent from.
  public var source: String
  /// Which sweep it belongs to: what was asked and in which order.
  public var sweep: String
  /// Which part of it.
  public var shard: String
  /// Its place in the order.
  public var place: UInt64
  /// How many places there are.
  public var targets: UInt64

  /// Reads a line; nil where it is none of a sweep.
  ///
  /// - Parameter line: The octets of the line, without its end.
  public init?(_ line: some Collection<UInt8>) {
    guard let parsed = try? JSONDecoder().decode(Line.self, from: Data(line)),
      let address = IPAddress(parsed.target.address), parsed.target.port != 0,
      let port = PortState(rawValue: parsed.verdict.port),
      let responder = Responder(rawValue: parsed.verdict.responder),
      parsed.sweep.targets <= TargetSpace.limit, parsed.sweep.place < parsed.sweep.targets,
      parsed.sweep.id.utf8.count <= 16, parsed.vantage.source.utf8.count <= 64
    else { return nil }
    endpoint = Endpoint(address: address, port: parsed.target.port)
    self.port = port
    self.responder = responder
    source = parsed.vantage.source
    sweep = parsed.sweep.id
    shard = parsed.sweep.shard
    place = parsed.sweep.place
    targets = parsed.sweep.targets
  }

  private struct Line: Decodable {
    struct Target: Decodable {
      let address: String
      let port: UInt16
    }
    struct Verdict: Decodable {
      let port: String
      let responder: String
    }
    struct Vantage: Decodable { let source: String }
    struct Sweep: Decodable {
      let id: String
      let shard: String
      let targets: UInt64
      let place: UInt64
    }
    let target: Target
    let verdict: Verdict
    let vantage: Vantage
    let sweep: Sweep
  }
}
