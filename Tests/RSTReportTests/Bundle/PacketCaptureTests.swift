import CPcap
import Foundation
import RSTBundle
import RSTCore
import RSTNet
import RSTWire
import Testing

@testable import RSTReport

/// The capture file of a bundle, as other programs read it.
@Suite struct PacketCaptureTests {
  /// A file that is there for the time of a call.
  private func withFile<Result>(
    _ octets: [UInt8], _ body: (String) throws -> Result
  ) throws -> Result {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("rstprobe-\(UUID().uuidString).pcapng").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data(octets).write(to: URL(fileURLWithPath: path))
    return try body(path)
  }

  private struct Seen: Equatable {
    var octets: [UInt8]
    var length: Int
    var nanoseconds: Int64
  }

  private func seenByOurselves(_ path: String) throws -> (seen: [Seen], notes: [String]) {
    var file = try CaptureFile(path: path)
    var seen: [Seen] = []
    file.forEachFrame { header, octets in
      seen.append(
        Seen(
          octets: octets.indices.map { octets[$0] }, length: header.originalLength,
          nanoseconds: header.moment.nanoseconds))
      return true
    }
    return (seen, file.notes.map(\.description))
  }

  private func seenByLibpcap(_ path: String) throws -> [Seen] {
    var text = [CChar](repeating: 0, count: Int(PCAP_ERRBUF_SIZE))
    let handle = unsafe pcap_open_offline_with_tstamp_precision(
      path, UInt32(PCAP_TSTAMP_PRECISION_NANO), &text)
    let file = try unsafe #require(handle)
    defer { unsafe pcap_close(file) }
    var seen: [Seen] = []
    var header: UnsafeMutablePointer<pcap_pkthdr>?
    var octets: UnsafePointer<UInt8>?
    while unsafe pcap_next_ex(file, &header, &octets) == 1, let found = unsafe header?.pointee {
      unsafe seen.append(
        Seen(
          octets: Array(UnsafeBufferPointer(start: octets, count: Int(found.caplen))),
          length: Int(found.len),
          nanoseconds: Int64(found.ts.tv_sec) * 1_000_000_000 + Int64(found.ts.tv_usec)))
    }
    #expect(unsafe String(cString: pcap_geterr(file)) == "")
    return seen
  }

  /// A run whose packets have octets, as a live one has.
  private static let run: Diagnosis = {
    var run = Samples.closed
    run.timing.captureDrops = 7
    for index in run.transcript.packets.indices {
      run.transcript.packets[index].moment = Moment(
        nanoseconds: 1_700_000_000_123_456_789 + Int64(index))
      run.transcript.packets[index].packet.octets = Array(0x45..<UInt8(0x59 + index))
    }
    return run
  }()

  @Test func `our own reader and libpcap read back every packet to the nanosecond`() throws {
    let expected = Self.run.transcript.packets.map {
      Seen(
        octets: $0.packet.octets, length: $0.packet.octets.count,
        nanoseconds: $0.moment.nanoseconds)
    }
    try withFile(BundleSample.run("", Self.run)[.evidence]) { path in
      let own = try seenByOurselves(path)
      #expect(own.seen == expected)
      #expect(own.notes == [])
      let others = try seenByLibpcap(path)
      #expect(others == expected)
    }
  }

  @Test(arguments: BundleSample.all)
  func `every kind of bundle can be read`(_ sample: BundleSample) throws {
    try withFile(sample[.evidence]) { path in
      let own = try seenByOurselves(path)
      #expect(own.seen.count == sample.packets)
      #expect(own.notes == [])
    }
  }

  @Test func `a packet that was cut off says how long it was`() throws {
    var run = Self.run
    run.transcript.packets[0].packet.anomalies = [.truncated]
    guard case .ipv4(var header) = run.transcript.packets[0].packet.network else { return }
    header.totalLength = 1500
    run.transcript.packets[0].packet.network = .ipv4(header)
    let seen = try withFile(BundleSample.run("", run)[.evidence]) { try seenByLibpcap($0) }
    #expect(seen[0].length == 1500)
  }

  // MARK: - Blocks

  /// A block by its type, with its options: their codes and values.
  private struct Block {
    var type: UInt32
    var body: [UInt8]

    func options(from start: Int) -> [(code: Int, value: [UInt8])] {
      var options: [(code: Int, value: [UInt8])] = []
      var place = start
      while place + 4 <= body.count {
        let code = Int(body[place]) << 8 | Int(body[place + 1])
        let length = Int(body[place + 2]) << 8 | Int(body[place + 3])
        guard code != 0 else { break }
        options.append((code, Array(body[(place + 4)..<(place + 4 + length)])))
        place += 4 + (length + 3) / 4 * 4
      }
      return options
    }

    /// The comments of an enhanced packet block.
    var comments: [String] {
      let captured = Int(body[12]) << 24 | Int(body[13]) << 16 | Int(body[14]) << 8 | Int(body[15])
      return options(from: 20 + (captured + 3) / 4 * 4).filter { $0.code == 1 }
        .map { String(decoding: $0.value, as: UTF8.self) }
    }
  }

  private func blocks(_ octets: [UInt8]) -> [Block] {
    var blocks: [Block] = []
    var place = 0
    func number(_ at: Int) -> Int { octets[at..<(at + 4)].reduce(0) { $0 << 8 | Int($1) } }
    while place + 12 <= octets.count {
      let length = number(place + 4)
      #expect(length % 4 == 0)
      #expect(number(place + length - 4) == length)
      blocks.append(
        Block(type: UInt32(number(place)), body: Array(octets[(place + 8)..<(place + length - 4)])))
      place += length
    }
    #expect(place == octets.count)
    return blocks
  }

  @Test func `each packet that decides has a comment for each piece of evidence, others have none`()
  {
    let packets = blocks(BundleSample.run("", Self.run)[.evidence]).filter { $0.type == 6 }
    #expect(
      packets.map(\.comments) == [
        [
          "packet 0: closed-port: The reset copies the traffic class 0x28 of the probe, as the host's "
            + "stack does."
        ],
        ["packet 1: closed-port: A control port answers with the same kind of reset."], [],
        [
          "packet 3: closed-port: The reset copies the traffic class 0x28 of the probe, as the host's "
            + "stack does."
        ],
        [
          "packet 4: closed-port: A control port answers with the same kind of reset.",
          "packet 4: closed-port: Only one control port was asked.",
        ], [],
      ])
  }

  @Test func `what was dropped stands in the statistics of the interface`() throws {
    let found = blocks(BundleSample.run("", Self.run)[.evidence])
    #expect(found.map(\.type) == [0x0a0d_0d0a, 1] + Array(repeating: 6, count: 6) + [5])
    let options = try #require(found.last).options(from: 12)
    #expect(options.map(\.code) == [4, 5])
    #expect(options.map(\.value) == [[0, 0, 0, 0, 0, 0, 0, 6], [0, 0, 0, 0, 0, 0, 0, 7]])
    let interface = found[1].options(from: 8)
    #expect(interface.map(\.code) == [2, 3, 9])
    #expect(interface.last?.value == [9])
  }

  @Test func `frames of a capture keep their link types, and their own numbers in the comments`() {
    let found = blocks(
      BundleSample.capture("", file: "a.pcap", text: nil)[.evidence])
    #expect(found.map(\.type) == [0x0a0d_0d0a, 1, 6, 1, 6])
    #expect(found[1].body.prefix(2) == [0, 1])
    #expect(found[3].body.prefix(2) == [0, 101])
    #expect(found[4].comments.first?.hasPrefix("frame 2 of a.pcap: closed-port: the cause") == true)
  }

  @Test func `a comment is text in UTF-8 that is cut between characters`() throws {
    var run = Self.run
    run.conclusion.findings[0].evidence = [
      Evidence(
        "long", weight: 1, detail: String(repeating: "漢", count: 3_000), packets: [0], source: "")
    ]
    let comment = try #require(
      blocks(BundleSample.run("", run)[.evidence]).first { $0.type == 6 }?.comments.first)
    #expect(comment.utf8.count <= 2_048)
    #expect(comment.utf8.count > 2_040)
    #expect(!comment.unicodeScalars.contains("\u{fffd}"))
  }
}
