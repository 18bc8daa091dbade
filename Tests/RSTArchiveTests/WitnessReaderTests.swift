import Foundation
import RSTCore
import RSTReport
import RSTWire
import Testing

@testable import RSTArchive

/// The record of a witness, which comes from another machine.
@Suite struct WitnessReaderTests {
  private static let host = Endpoint(address: .v4(IPv4Address(rawValue: 0xc633_640a)), port: 80)
  private static let prober = Endpoint(
    address: .v4(IPv4Address(rawValue: 0xc000_020a)), port: 40_000)

  private static func segment(_ milliseconds: Int64, isSent: Bool) -> WitnessedSegment {
    let (from, to) = isSent ? (host, prober) : (prober, host)
    var options = CapturedSegment.Options()
    if !isSent { options.timestamps = .init(value: .max, echo: 0) }
    return WitnessedSegment(
      moment: moment(milliseconds), direction: isSent ? .sent : .received,
      segment: CapturedSegment(
        source: from.address, destination: to.address, sourcePort: from.port,
        destinationPort: to.port, sequence: SequenceNumber(isSent ? 0 : .max),
        acknowledgement: SequenceNumber(7), flags: isSent ? [.reset, .acknowledgement] : [],
        window: 512, payloadLength: isSent ? 0 : 1_448, hopLimit: 64, trafficClass: 0x28,
        identification: 0, options: options))
  }

  private static func moment(_ milliseconds: Int64) -> Moment {
    Moment(nanoseconds: 1_700_000_000_000_000_000 + milliseconds * 1_000_000)
  }

  private static let log: WitnessLog = {
    var log = WitnessLog(
      head: .init(
        started: moment(0), port: 80, recordsReasons: true, duration: .milliseconds(30_500)))
    log.segments = [segment(1, isSent: false), segment(2, isSent: true)]
    log.kernelResets = [
      KernelReset(moment: moment(2), local: host, remote: prober, reason: "NO_SOCKET")
    ]
    log.tail = .init(ended: moment(9), segments: 2, kernelResets: 1)
    return log
  }()

  private static let text: String = {
    let head = log.head
    return WitnessLine.text(head) + WitnessLine.text(log.segments[0], head)
      + WitnessLine.text(log.segments[1], head) + WitnessLine.text(log.kernelResets[0], head)
      + (log.tail.map { WitnessLine.text($0, head) } ?? "")
  }()

  private func read(_ text: String) throws(WitnessReader.Mistake) -> WitnessLog {
    try WitnessReader.log(Array(text.utf8))
  }

  private func mistake(_ text: String) -> WitnessReader.Mistake? {
    do throws(WitnessReader.Mistake) {
      _ = try read(text)
      return nil
    } catch {
      return error
    }
  }

  @Test func `what is written is read back`() throws {
    #expect(try read(Self.text) == Self.log)
    #expect(WitnessReader.isWhole(ArraySlice(Array(Self.text.utf8))))
  }

  @Test func `a record that breaks off anywhere is read so far, and has a gap`() throws {
    let octets = Array(Self.text.utf8)
    let headLength = try #require(octets.firstIndex(of: 0x0a))
    for length in 0..<octets.count {
      let part = Array(octets[..<length])
      #expect(!WitnessReader.isWhole(part[...]))
      guard length >= headLength else {
        #expect(throws: WitnessReader.Mistake.self) { try WitnessReader.log(part) }
        continue
      }
      let log = try WitnessReader.log(part)
      #expect(log.head == Self.log.head)
      // The last line break alone may be missing.
      #expect((log.gap == nil) == (length == octets.count - 1), "\(length)")
    }
  }

  @Test func `IPv6, and every set of flags`() throws {
    var log = Self.log
    log.segments = (0...UInt8.max).map { flags in
      var record = Self.segment(3, isSent: true)
      record.segment.source = .v6(IPv6Address(rawValue: 0x2001_0db8 << 96 | 1))
      record.segment.destination = .v6(IPv6Address(rawValue: 0x2001_0db8 << 96 | 2))
      record.segment.identification = nil
      record.segment.flags = TCPFlags(rawValue: flags)
      return record
    }
    log.kernelResets = []
    log.tail = nil
    let text =
      WitnessLine.text(log.head)
      + log.segments.map { WitnessLine.text($0, log.head) }.joined()
    #expect(try read(text) == log)
  }

  @Test(arguments: [
    ("\"type\": \"segment\"", "\"type\": \"packet\"", 2, WitnessReader.Reason.unknownType),
    ("\"type\": \"witness\"", "\"type\": \"end\"", 1, .malformed),
    ("rstprobe-witness/1", "rstprobe-witness/2", 1, .unknownType),
    ("\"port\": 80", "\"port\": 65536", 1, .malformed),
    ("\"started_ns\": \"17", "\"started_ns\": \"-17", 1, .malformed),
    ("\"started_ns\": \"17", "\"started_ns\": \"97", 1, .malformed),
    ("\"reasons\": true", "\"reasons\": 1", 1, .malformed),
    ("\"duration_s\": 30.5", "\"duration_s\": -1", 1, .malformed),
    ("\"at_ns\": 1000000", "\"at_ns\": -1", 2, .malformed),
    ("\"at_ns\": 1000000", "\"at_ns\": 9000000000000000000", 2, .malformed),
    ("\"direction\": \"received\"", "\"direction\": \"in\"", 2, .malformed),
    ("\"source\": \"192.0.2.10\"", "\"source\": \"2001:db8::1\"", 2, .malformed),
    ("\"source\": \"192.0.2.10\"", "\"source\": \"host\"", 2, .malformed),
    ("\"flags\": \"RST,ACK\"", "\"flags\": \"ACK,RST\"", 3, .malformed),
    ("\"sequence\": 4294967295", "\"sequence\": 4294967296", 2, .malformed),
    ("\"ttl\": 64", "\"ttl\": 256", 2, .malformed),
    ("\"ip_id\": 0", "\"ip_id\": null", 2, .malformed),
    ("\"timestamps\": [4294967295, 0]", "\"timestamps\": [1]", 2, .malformed),
    ("\"window\": 512, ", "", 2, .malformed),
    ("NO_SOCKET", "no socket", 4, .malformed),
    ("\"segments\": 2", "\"segments\": 3", 5, .wrongCount),
    ("\"kernel_resets\": 1", "\"kernel_resets\": 0", 5, .wrongCount),
    ("\"dropped\": 0", "\"dropped\": -1", 5, .malformed),
  ])
  func `a wrong value is a mistake with its line`(
    _ right: String, _ wrong: String, _ line: Int, _ reason: WitnessReader.Reason
  ) throws {
    let place = try #require(Self.text.range(of: right))
    // With something behind, so that nothing looks cut off.
    let text = Self.text.replacingCharacters(in: place, with: wrong) + "{}\n"
    let found = try #require(mistake(text))
    #expect(found.line == line)
    // The first line without a schema is the end of another record.
    if !(line == 1 && reason == .malformed) { #expect(found.reason == reason) }
  }

  @Test func `order matters`() {
    let lines = Self.text.split(separator: "\n").map { "\($0)\n" }
    #expect(mistake(lines[1] + lines[0])?.reason == .noHead)
    #expect(mistake(lines[0] + lines[0] + lines[1])?.reason == .repeatedHead)
    #expect(mistake(Self.text + lines[1])?.reason == .behindEnd)
    #expect(mistake("")?.reason == .noHead)
    #expect(mistake("\n")?.line == 1)
    let long = lines[0] + "{\"type\": \"" + String(repeating: "x", count: 4_000) + "\"}\n"
    #expect(mistake(long)?.reason == .tooLong)
  }

  @Test(arguments: 0..<8 as Range<UInt64>)
  func `whatever the octets are, reading and joining end`(_ seed: UInt64) throws {
    var random = SplitMixer(state: seed)
    let clean = Array(Self.text.utf8)
    var read = 0
    for _ in 0..<1_500 {
      var octets = clean
      for _ in 0...Int.random(in: 0..<3, using: &random) {
        let place = Int.random(in: 0..<octets.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: octets[place] = UInt8.random(in: 0...255, using: &random)
        case 1: octets[place] = UInt8(ascii: "9")
        case 2: octets.remove(at: place)
        default: octets.insert(octets[place], at: place)
        }
      }
      do throws(WitnessReader.Mistake) {
        let log = try WitnessReader.log(octets)
        read += 1
        #expect(WitnessJoin([], log).resets.isEmpty)
      } catch {
        #expect(error.line > 0)
      }
    }
    // Some changes leave a record that can be read: digits, or the end.
    #expect(read > 0)
  }
}

private struct SplitMixer: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
    return mixed ^ mixed >> 31
  }
}
