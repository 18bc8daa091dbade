import RSTCore
import RSTReport
import Testing

/// Whole documents, and what holds of all of them.
@Suite struct JSONReportTests {
  @Test(arguments: Samples.all.indices)
  func `is one document, the same each time, with the keys in the order of the vocabulary`(
    index: Int
  ) throws {
    let text = JSONReport(diagnosis: Samples.all[index]).text
    #expect(text.hasSuffix("}\n"))
    #expect(text == JSONReport(diagnosis: Samples.all[index]).text)
    guard case .object(let members) = try JSONParser.value(of: text) else {
      Issue.record("no object")
      return
    }
    #expect(
      members.map(\.name) == [
        "schema", "target", "vantage", "timing", "verdict", "findings", "considered", "rfc5961",
        "idle", "interference", "probes", "packets",
      ])
  }

  @Test(arguments: Samples.all.indices)
  func `holds no scalar that acts on a terminal`(index: Int) {
    let text = JSONReport(diagnosis: Samples.all[index]).text
    #expect(
      !text.unicodeScalars.contains { scalar in
        scalar != "\n"
          && [.control, .format, .lineSeparator, .paragraphSeparator].contains(
            scalar.properties.generalCategory)
      })
  }

  @Test func `loses nothing of strings from outside`() throws {
    let document = try JSONParser.value(of: JSONReport(diagnosis: Samples.hostile).text)
    #expect(document["verdict"]?["headline"] == .string(Samples.attack))
    #expect(document["packets"]?.elements.last?["note"] == .string(Samples.attack))
    #expect(document["vantage"]?["interface"] == .string(Samples.attack))
  }

  @Test func `says where a silent drop begins, and says null where that is not known`() throws {
    var diagnosis = Samples.dropped
    let known = try JSONParser.value(of: JSONReport(diagnosis: diagnosis).text)
    let between = known["findings"]?.elements.first?["dropped_between"]?.elements ?? []
    #expect(between.map { $0["hop"] } == [.integer(1), .integer(2)])
    #expect(between.map { $0["address"] } == [.string("203.0.113.1"), .null])
    diagnosis.conclusion.findings[0].droppedBetween = []
    let unknown = try JSONParser.value(of: JSONReport(diagnosis: diagnosis).text)
    #expect(unknown["findings"]?.elements.first?["dropped_between"] == .null)
  }

  @Test func `keeps the readings that could not be excluded`() throws {
    let document = try JSONParser.value(of: JSONReport(diagnosis: Samples.inconclusive).text)
    let alternatives = document["verdict"]?["alternatives"]?.elements ?? []
    #expect(alternatives.map { $0["port"] } == [.string("dropped"), .string("overloaded")])
    #expect(alternatives.map { $0["confidence"] } == [.number(0.55), .number(0.45)])
  }

  @Test func `a filter on the host that answers with ICMP`() {
    #expect(
      JSONReport(diagnosis: Samples.rejectedByHost).text == #"""
        {
          "schema": "rstprobe/1",
          "target": {"name": "192.0.2.10", "address": "192.0.2.10", "port": 443, "family": "ipv4"},
          "vantage": {"source": "203.0.113.2", "interface": "eth0", "next_hop": "203.0.113.1"},
          "timing": {
            "started_ns": "0",
            "elapsed_s": 0.062,
            "round_trip_s": 0.02031,
            "packets_sent": 1,
            "packets_received": 1,
            "capture_drops": 0,
            "interrupted": false
          },
          "verdict": {
            "port": "rejected",
            "responder": "host-firewall",
            "confidence": 1.0,
            "hop": null,
            "hop_range": [2, 3],
            "alternatives": [],
            "headline": "Port 443 of 192.0.2.10 is rejected by a packet filter on the host.",
            "next_step": "Look at the rules on the host.",
            "path": []
          },
          "findings": [
            {
              "code": "firewall-icmp-reject",
              "confidence": 1.0,
              "responder": "host-firewall",
              "phase": "handshake",
              "evidence": [
                {
                  "code": "icmp-prohibited",
                  "weight": 6.0,
                  "detail": "ICMP says that communication is administratively prohibited.",
                  "packets": [1],
                  "source": "RFC 1812, section 5.2.7.1"
                }
              ],
              "explanation": "A packet filter on the host refuses on purpose.",
              "next_step": "Look at the rules on the host.",
              "hop_range": [2, 3],
              "occurrences": {"count": 3, "total": 4}
            }
          ],
          "considered": [],
          "rfc5961": {
            "rst": {"grade": "not-tested", "detail": null},
            "syn": {"grade": "not-tested", "detail": null},
            "data": {"grade": "not-tested", "detail": null},
            "fin": {"grade": "not-tested", "detail": null},
            "challenge_ack": {"observed_per_s": null, "scope": null}
          },
          "idle": null,
          "interference": null,
          "probes": [
            {
              "attempt": 0,
              "probe": "syn",
              "subject": {"kind": "target", "port": 443},
              "flight": 1,
              "started": 0.0,
              "sent": {
                "source_port": 40000,
                "flags": "SYN",
                "sequence": 1000,
                "acknowledgement": 0,
                "window": 64240,
                "ttl": 64,
                "traffic_class": 40,
                "ip_id": 4096,
                "flow_label": null
              },
              "departure": {"state": "seen", "packet": 0, "reason": null},
              "answers": [1],
              "settled": true
            }
          ],
          "packets": [
            {
              "index": 0,
              "time": 0.0,
              "time_ns": "0",
              "direction": "sent",
              "attempt": 0,
              "source": "203.0.113.2",
              "destination": "192.0.2.10",
              "protocol": 6,
              "ttl": 64,
              "ip_id": 4096,
              "df": true,
              "traffic_class": 40,
              "flow_label": null,
              "ip_options": null,
              "source_port": 40000,
              "destination_port": 443,
              "flags": "SYN",
              "reserved": 0,
              "sequence": 1000,
              "acknowledgement": 0,
              "window": 64240,
              "urgent_pointer": 0,
              "options": [{"name": "maximum-segment-size", "kind": 2, "octets": 1460}],
              "payload_length": 0,
              "icmp": null,
              "anomalies": [],
              "note": "SYN as an operating system sends it"
            },
            {
              "index": 1,
              "time": 0.0204,
              "time_ns": "20400000",
              "direction": "received",
              "attempt": 0,
              "source": "192.0.2.10",
              "destination": "203.0.113.2",
              "protocol": 6,
              "ttl": 62,
              "ip_id": 7,
              "df": true,
              "traffic_class": 192,
              "flow_label": null,
              "ip_options": null,
              "source_port": null,
              "destination_port": null,
              "flags": null,
              "reserved": null,
              "sequence": null,
              "acknowledgement": null,
              "window": null,
              "urgent_pointer": null,
              "options": [],
              "payload_length": null,
              "icmp": {
                "type": 3,
                "code": 13,
                "echo": null,
                "quoted": {
                  "source": "203.0.113.2",
                  "destination": "192.0.2.10",
                  "protocol": 6,
                  "ttl": 1,
                  "ip_id": 4096,
                  "traffic_class": 40,
                  "flow_label": null,
                  "source_port": 40000,
                  "destination_port": 443,
                  "sequence": 1000,
                  "acknowledgement": null,
                  "flags": null,
                  "window": null,
                  "options": [],
                  "length": 28
                }
              },
              "anomalies": [],
              "note": "communication administratively prohibited"
            }
          ]
        }

        """#)
  }

  @Test func `a closed port over IPv6`() throws {
    let document = try JSONParser.value(of: JSONReport(diagnosis: Samples.closedIPv6).text)
    let packet = try #require(document["packets"]?.elements.last)
    #expect(packet["ip_id"] == .null)
    #expect(packet["df"] == .null)
    #expect(packet["flow_label"] == .integer(0xabcde))
    #expect(packet["flags"] == .string("RST,ACK"))
    #expect(document["probes"]?.elements.first?["sent"]?["ip_id"] == .null)
    #expect(document["target"]?["family"] == .string("ipv6"))
  }
}
