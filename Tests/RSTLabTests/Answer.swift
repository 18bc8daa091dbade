import Foundation
import Testing

/// What a run said in JSON, as far as these tests look at it.
struct Answer {
  var port: String
  var findings: [String]
  var isInterrupted: Bool
  /// The source ports of the packets that were sent.
  var ports: Set<UInt16> = []
  /// The resets that were sent: source port, destination port and sequence number.
  var resets: Set<String> = []
  var packets: Int
  var captureDrops: Int

  init(_ outcome: Command.Outcome) throws {
    let document = try #require(
      JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any],
      "no JSON document; standard error says: \(outcome.errors)")
    let verdict = try #require(document["verdict"] as? [String: Any])
    port = try #require(verdict["port"] as? String)
    findings = (document["findings"] as? [[String: Any]] ?? []).compactMap { $0["code"] as? String }
    let timing = try #require(document["timing"] as? [String: Any])
    isInterrupted = timing["interrupted"] as? Bool ?? false
    captureDrops = timing["capture_drops"] as? Int ?? 0
    let packets = try #require(document["packets"] as? [[String: Any]])
    self.packets = packets.count
    for packet in packets where packet["direction"] as? String == "sent" {
      guard let port = packet["source_port"] as? Int else { continue }
      ports.insert(UInt16(port))
      guard (packet["flags"] as? String ?? "").contains("RST") else { continue }
      resets.insert(
        "\(port) \(packet["destination_port"] ?? "-") \(packet["sequence"] ?? "-")")
    }
  }
}
