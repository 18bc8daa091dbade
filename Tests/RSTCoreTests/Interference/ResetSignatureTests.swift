import RSTWire
import Testing

@testable import RSTCore

@Suite struct ResetSignatureTests {
  typealias Answer = Resets.Answer

  func line(
    _ count: Int, flags: TCPFlags = [.acknowledgement, .push], hop: Int? = nil,
    _ answers: (Resets.Asked) -> [Answer]
  ) throws -> String {
    let samples = Resets.samples(Resets.asked(count, flags: flags), answers)
    return try #require(ResetSignature(samples, hop: hop)).line
  }

  @Test func `the line of a passive reset of Linux`() throws {
    let answers: (Resets.Asked) -> [Answer] = {
      [Resets.ruled($0, Answer(dontFragment: true, trafficClass: $0.trafficClass))]
    }
    #expect(
      try line(1, answers)
        == "inj1 flags=R copies=1 seq=+0 ack=zero id=zero df=1 tos=copied? win=0 ttl=? opts=- "
        + "payload=- reserved=0 on=data")
    #expect(
      try line(2, hop: 5, answers)
        == "inj1 flags=R copies=1 seq=+0 ack=zero id=zero df=1 tos=copied win=0 ttl=fixed:64 "
        + "opts=- payload=- reserved=0 on=data")
  }

  @Test func `the line of an injector that copies`() throws {
    let answers: (Resets.Asked) -> [Answer] = { asked in
      let reset = Answer(
        flags: [.reset, .acknowledgement], sequence: asked.acknowledgement,
        acknowledgement: asked.end, window: asked.window,
        identification: asked.identification + 1, hopLimit: asked.hopLimit - 8)
      return [reset, reset, reset]
    }
    #expect(
      try line(1, answers)
        == "inj1 flags=RA copies=3 seq=+0 ack=end id=copied+1? df=0 tos=0 win=copied? ttl=? opts=- "
        + "payload=- reserved=0 on=data")
    #expect(
      try line(3, answers)
        == "inj1 flags=RA copies=3 seq=+0 ack=end id=copied+1 df=0 tos=0 win=copied ttl=copied "
        + "opts=- payload=- reserved=0 on=data")
  }

  @Test func `the line of a ladder of guesses`() throws {
    let answers: (Resets.Asked) -> [Answer] = { asked in
      [0, 1_460, 4_380].map {
        Answer(
          sequence: asked.acknowledgement + $0, window: 79, identification: 0x1d3f,
          hopLimit: 200 - asked.hopLimit, reserved: 1, options: [.maximumSegmentSize(1_460)])
      }
    }
    #expect(
      try line(1, answers)
        == "inj1 flags=R copies=3 seq=+0,+1460,+4380 ack=zero id=same:0x1d3f df=0 tos=0 win=79? "
        + "ttl=? opts=2 payload=- reserved=0x1 on=data")
    #expect(
      try line(2, hop: 3, answers)
        == "inj1 flags=R copies=3 seq=+0,+1460,+4380 ack=zero id=fixed:0x1d3f df=0 tos=0 win=79 "
        + "ttl=mirrored opts=2 payload=- reserved=0x1 on=data")
  }

  @Test func `a lost copy and the order change nothing`() throws {
    let samples = Resets.samples(Resets.asked(3)) { asked in
      [0, 1, 3].map {
        Answer(sequence: asked.acknowledgement + $0 * UInt32(asked.window), identification: 7)
      }
    }
    let line = try #require(ResetSignature(samples)).line
    #expect(line.contains(" copies=3 seq=+0,+win,+3win "))
    #expect(ResetSignature(samples.reversed())?.line == line)
    #expect(ResetSignature(Array(samples.dropFirst()))?.line == line)
  }

  @Test func `a repetition of the same trigger with the same values is no second trigger`() throws {
    let samples = Resets.samples(Resets.asked(1) + Resets.asked(1)) { _ in
      [Answer(window: 5, identification: 9)]
    }
    let values = try #require(ResetSignature(samples)).values
    #expect(values[.window] == "5?")
    #expect(values[.identification] == "same:0x0009")
    #expect(values[.copies] == "2")
  }

  @Test(
    arguments: [
      (0, 0, "zero"), (1_000, 0, "start"), (1_001, 0, "start+1"), (1_018, 0, "end"),
      (1_019, 0, "end+1"), (5, 0, "other"), (5, 5, "seq"),
    ] as [(UInt32, UInt32, String)])
  func `acknowledgements are told apart`(
    _ acknowledgement: UInt32, _ sequence: UInt32, _ word: String
  ) throws {
    let line = try line(1) { _ in
      [Answer(sequence: sequence, acknowledgement: acknowledgement)]
    }
    #expect(line.contains(" ack=\(word) "))
  }

  @Test(
    arguments: [
      (7_000_000, "+0"), (7_000_001, "+1"), (6_999_990, "-10"), (0, "zero"), (7_040_001, "+win"),
      (7_080_002, "+2win"), (7_020_000, "+win/2"), (7_000_018, "+len"), (7_000_036, "+2len"),
      (90_000_000, "other"),
    ] as [(UInt32, String)])
  func `sequence numbers are told apart`(_ sequence: UInt32, _ word: String) throws {
    #expect(try line(1) { _ in [Answer(sequence: sequence)] }.contains(" seq=\(word) "))
  }

  @Test(
    arguments: [
      (TCPFlags.syn, "syn"), ([.fin, .acknowledgement], "fin"), (.acknowledgement, "ack"),
      ([.acknowledgement, .push], "data"), (.reset, "other"),
    ] as [(TCPFlags, String)])
  func `what was answered is named`(_ flags: TCPFlags, _ word: String) throws {
    #expect(try line(1, flags: flags) { _ in [Answer()] }.hasSuffix(" on=\(word)"))
  }

  @Test func `what varies says so`() throws {
    var step: UInt8 = 0
    let line = try line(3) { asked in
      step += 1
      return [
        Answer(
          flags: step == 1 ? .reset : [.reset, .acknowledgement],
          sequence: asked.acknowledgement + 1_000 * UInt32(step), window: UInt16(step),
          identification: UInt16(step), dontFragment: step == 2, hopLimit: 40 + 17 * (step % 2),
          trafficClass: step << 4, reserved: step, options: step == 1 ? [] : [.noOperation],
          payload: [step])
      ]
    }
    #expect(
      line
        == "inj1 flags=R,RA copies=1 seq=varies ack=zero id=varies df=varies tos=varies win=varies "
        + "ttl=varies opts=varies payload=varies reserved=0x1,0x2,0x3 on=data")
  }

  @Test(
    arguments: [
      ([], "-"), (Array("go away".utf8), "go_away"), ([0x1b, 0x5b, 0x33], "hex:1b5b33"),
      (Array("\u{202e}a".utf8), "hex:e280ae61"),
      (Array(repeating: 0x41, count: 16), "AAAAAAAAAAAAAAAA"),
      (Array(repeating: 0x41, count: 17), "AAAAAAAAAAAAAAAA..."),
      (Array(repeating: 0, count: 1_000), "hex:\(String(repeating: "00", count: 16))..."),
    ] as [([UInt8], String)])
  func `a payload is shown safely and briefly`(_ payload: [UInt8], _ text: String) throws {
    #expect(try line(1) { _ in [Answer(payload: payload)] }.contains(" payload=\(text) "))
  }

  @Test func `reasons with a changing end keep what they begin with`() throws {
    let line = try line(2) { [Answer(payload: Array("closed at \($0.window)".utf8))] }
    #expect(line.contains(" payload=closed_at_4... "))
  }

  @Test func `IPv6 has no identification`() throws {
    func packet(_ flags: TCPFlags, _ hopLimit: UInt8, payload: [UInt8] = []) -> Packet {
      Packet(
        network: .ipv6(
          IPv6Header(
            trafficClass: 0x28, hopLimit: hopLimit, source: IPv6Address(rawValue: 1),
            destination: IPv6Address(rawValue: 2))),
        tcp: TCPHeader(
          sourcePort: 1, destinationPort: 2, sequence: SequenceNumber(0), flags: flags),
        payload: payload)
    }
    let sample = ResetSample(
      reset: packet(.reset, 60), trigger: packet(.acknowledgement, 64, payload: [1]),
      delay: .zero)
    let line = try #require(ResetSignature([sample])).line
    #expect(line.contains(" id=none df=none tos=copied? "))
  }

  @Test func `without a reset there is no signature`() {
    #expect(ResetSignature([]) == nil)
    let other = Packet(
      network: .ipv4(IPv4Header(source: Resets.server, destination: Resets.client)),
      transport: .other(protocolNumber: 17))
    #expect(
      ResetSignature([ResetSample(reset: other, trigger: other, delay: .zero)]) == nil)
  }

  @Test func `a flood of odd resets makes a short line`() throws {
    var random = SplitMix(seed: 9)
    func any<Number: FixedWidthInteger>(_: Number.Type) -> Number {
      .random(in: .min ... .max, using: &random)
    }
    let line = try line(20) { _ in
      (0..<100).map { _ in
        Answer(
          flags: TCPFlags(rawValue: any(UInt8.self)), sequence: any(UInt32.self),
          acknowledgement: any(UInt32.self), window: any(UInt16.self),
          identification: any(UInt16.self), hopLimit: any(UInt8.self),
          trafficClass: any(UInt8.self), reserved: any(UInt8.self) & 15,
          options: Array(repeating: .noOperation, count: 40),
          payload: (0..<30).map { _ in any(UInt8.self) })
      }
    }
    #expect(line.utf8.count < 300)
    #expect(line.utf8.allSatisfy { (0x20...0x7e).contains($0) })
    #expect(line.contains(" flags=varies copies=many seq=varies ack=other id=varies "))
  }
}
