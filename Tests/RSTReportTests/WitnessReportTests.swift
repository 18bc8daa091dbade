import Foundation
import RSTCore
import RSTReport
import RSTWire
import Testing

/// What reports say of a witness.
@Suite struct WitnessReportTests {
  /// The closed port's run with a witness that saw it all, and a reset of which it knows nothing.
  private static func joined(_ change: (inout WitnessLog) -> Void = { _ in }) -> Diagnosis {
    var diagnosis = Samples.closed
    var log = WitnessLog(
      head: .init(started: Moment(nanoseconds: 0), port: nil, recordsReasons: true))
    for record in diagnosis.transcript.packets {
      guard let header = record.packet.tcp else { continue }
      let network = record.packet.network
      let segment = CapturedSegment(
        source: network.source, destination: network.destination, sourcePort: header.sourcePort,
        destinationPort: header.destinationPort, sequence: header.sequence,
        acknowledgement: header.acknowledgement, flags: header.flags, window: header.window,
        hopLimit: network.hopLimit, identification: network.identification)
      let isOurs = record.direction == .sent
      log.segments.append(
        WitnessedSegment(
          moment: record.moment + .seconds(60) + .milliseconds(isOurs ? 1 : -1),
          direction: isOurs ? .received : .sent, segment: segment))
      if !isOurs {
        log.kernelResets.append(
          KernelReset(
            moment: record.moment + .milliseconds(59_999),
            local: Endpoint(address: segment.source, port: segment.sourcePort),
            remote: Endpoint(address: segment.destination, port: segment.destinationPort),
            reason: "NO_SOCKET", state: "TCP_CLOSE"))
      }
    }
    log.tail = .init(
      ended: Moment(nanoseconds: 120_000_000_000), segments: log.segments.count,
      kernelResets: log.kernelResets.count)
    change(&log)
    diagnosis.witness = WitnessJoin(diagnosis.transcript.packets, log)
    diagnosis.conclusion.verdict.isProven = true
    diagnosis.conclusion.findings[0].isProven = true
    return diagnosis
  }

  /// The report in one line, however it is wrapped.
  private static func words(of diagnosis: Diagnosis) -> String {
    TextReport(diagnosis: diagnosis).text.split { $0.isWhitespace }.joined(separator: " ")
  }

  private func complaints(about diagnosis: Diagnosis) throws -> [String] {
    let parts = #filePath.split(separator: "/").dropLast(3)
    let path = "/" + parts.joined(separator: "/") + "/Schemas/rstprobe-1.schema.json"
    let schema = try JSONParser.value(of: String(contentsOfFile: path, encoding: .utf8))
    return try SchemaValidator(schema: schema).complaints(
      about: JSONParser.value(of: JSONReport(diagnosis: diagnosis).text))
  }

  @Test func `every reset, its maker and the kernel's reason, after the schema`() throws {
    let diagnosis = Self.joined()
    #expect(try complaints(about: diagnosis) == [])
    let document = try JSONParser.value(of: JSONReport(diagnosis: diagnosis).text)
    let witness = try #require(document["witness"])
    #expect(witness["complete"] == .bool(true))
    let resets = try #require(witness["resets"]?.elements)
    #expect(resets.count == 3)
    for reset in resets {
      #expect(reset["origin"] == .string("sent"))
      #expect(reset["maker"] == .string("tcp"))
      #expect(reset["kernel_reason"] == .string("NO_SOCKET"))
      #expect(reset["kernel_state"] == .string("TCP_CLOSE"))
    }
    #expect(document["verdict"]?["proven"] == .bool(true))
    #expect(document["findings"]?.elements.first?["proven"] == .bool(true))
  }

  @Test func `without a witness none of its keys is there`() throws {
    let text = JSONReport(diagnosis: Samples.closed).text
    #expect(!text.contains("witness") && !text.contains("proven"))
    #expect(!TextReport(diagnosis: Samples.closed).text.contains("Witness at the target"))
  }

  @Test func `people read what is proven, and why`() {
    let text = Self.words(of: Self.joined())
    #expect(text.contains("Witness at the target"))
    #expect(text.contains("3 resets sent by this host, because NO_SOCKET"))
    #expect(text.contains("proven by the witness"))
    #expect(text.contains("the record is whole"))
  }

  @Test func `a record with a gap says that it proves little, after the schema too`() throws {
    let diagnosis = Self.joined {
      $0.tail = nil
      $0.segments.removeAll { $0.direction == .sent }
    }
    #expect(try complaints(about: diagnosis) == [])
    let text = Self.words(of: diagnosis)
    #expect(text.contains("the record breaks off"))
    #expect(text.contains("not proven: the record has a gap"))
  }

  @Test func `who looks on sees the resets`() throws {
    let head = WitnessLog.Head(
      started: Moment(nanoseconds: 0), port: 81, recordsReasons: true, duration: .seconds(30))
    #expect(
      WitnessText.text(head) == "witness: listening on all interfaces, port 81, for 30.0 s\n")
    var segment = CapturedSegment(
      source: Samples.host, destination: Samples.us, sourcePort: 81, destinationPort: 4_000,
      sequence: SequenceNumber(0), flags: [.reset, .acknowledgement])
    let moment = Moment(nanoseconds: 1_500_000)
    #expect(
      WitnessText.text(WitnessedSegment(moment: moment, direction: .sent, segment: segment), head)
        == "       1.50 ms  sent     RST,ACK 192.0.2.10:81 -> 203.0.113.2:4000\n")
    segment.flags = .syn
    #expect(
      WitnessText.text(WitnessedSegment(moment: moment, direction: .sent, segment: segment), head)
        == nil)
  }
}
