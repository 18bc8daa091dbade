import RSTWire
import Testing

@testable import RSTCore

@Suite struct KnownInjectorTests {
  typealias Answer = Resets.Answer
  typealias Asked = Resets.Asked

  static let both: TCPFlags = [.reset, .acknowledgement]

  /// What each sends, from its code or captures and not from the table.
  static let forged: [(name: String, on: TCPFlags, answers: @Sendable (Asked) -> [Answer])] = [
    ("netfilter REJECT", data, { [Resets.ruled($0, Answer(dontFragment: true))] }),
    (
      "PF return-rst", data,
      {
        [
          ended(
            $0, Answer(identification: $0.sequence.low, dontFragment: true, trafficClass: 0x10))
        ]
      }
    ),
    (
      "FreeBSD ipfw reset", data,
      { [Resets.ruled($0, Answer(identification: $0.sequence.low, trafficClass: 0x10))] }
    ),
    ("Suricata reject", data, { [ended($0, Answer(window: $0.window))] }),
    (
      "Snort 3 active response", data,
      { asked in
        (UInt16(0)..<2).map {
          var reset = ended(
            asked,
            Answer(
              identification: asked.sequence.low &+ 77 * $0, hopLimit: 255 - asked.hopLimit,
              trafficClass: asked.trafficClass))
          reset.sequence += UInt32($0) * UInt32(asked.payload.count)
          return reset
        }
      }
    ),
    (
      "OVN ACL reject", data,
      {
        [Answer(flags: both, acknowledgement: $0.sequence + 1, dontFragment: true, hopLimit: 63)]
      }
    ),
    (
      "libnids", data,
      { asked in
        [0, asked.window / 2].map {
          Answer(
            sequence: asked.acknowledgement + UInt32($0), window: 32_000, identification: 12_345)
        }
      }
    ),
    (
      "tcpkill", data,
      { asked in
        [0, 1, 3].map {
          Answer(
            sequence: asked.acknowledgement + $0 * UInt32(asked.window),
            identification: asked.sequence.low &+ UInt16($0) * 999)
        }
      }
    ),
    (
      "GFW, type I", data,
      { [Answer(sequence: $0.acknowledgement, window: $0.window ^ 0x5555, hopLimit: 111)] }
    ),
    (
      "GFW, type II", data,
      { asked in
        (0..<3).map { _ in
          ended(
            asked,
            Answer(
              window: asked.window / 7, identification: asked.window / 3, dontFragment: true,
              hopLimit: asked.payload.isEmpty ? 1 : UInt8(asked.window & 0x7f) + 40))
        }
      }
    ),
    (
      "GFW, type III", data,
      { [ended($0, Answer(window: 9, identification: 0x9916 + $0.window % 29, hopLimit: 248))] }
    ),
    (
      "Henan firewall", data,
      {
        [
          ended(
            $0,
            Answer(
              window: 3, identification: 1, hopLimit: 58,
              payload: [1, 2, 3, 4, 5, 6, 7, 8, 9, 0]))
        ]
      }
    ),
    ("Turkmenistan", data, { _ in [Answer(identification: 30_000, hopLimit: 102)] }),
    ("Airtel", data, { [ended($0, Answer(window: 16, identification: 242))] }),
    (
      "RAE", .syn,
      {
        [
          Answer(
            flags: both, acknowledgement: $0.sequence, window: $0.window,
            identification: $0.identification, reserved: 15)
        ]
      }
    ),
    (
      "F5 BIG-IP", data,
      {
        [
          ended(
            $0,
            Answer(
              window: 5_785, identification: $0.sequence.low, hopLimit: 243, trafficClass: 0x20,
              payload: Array("BIG-IP: [0x11c5672:3045] {peer} TCP RST from remote system".utf8)))
        ]
      }
    ),
  ]

  static let data: TCPFlags = [.acknowledgement, .push]

  /// A reset with an acknowledgement of all that was sent.
  static func ended(_ asked: Asked, _ answer: Answer) -> Answer {
    var answer = answer
    answer.flags = both
    answer.sequence = asked.acknowledgement
    answer.acknowledgement = asked.end
    return answer
  }

  @Test func `the table is read, and every entry is tried here`() {
    #expect(KnownInjector.table.map(\.name) == Self.forged.map(\.name))
    for known in KnownInjector.table {
      #expect(known.source.count > 10, "\(known.name)")
      #expect(known.what.hasSuffix("."), "\(known.name)")
    }
  }

  @Test func `each entry knows its own resets, and no other does`() throws {
    for forged in Self.forged {
      for count in 2...4 {
        let samples = Resets.samples(Resets.asked(count, flags: forged.on), forged.answers)
        let signature = try #require(ResetSignature(samples))
        #expect(
          KnownInjector.matching(signature).map(\.name) == [forged.name],
          "\(count): \(signature.line)")
      }
    }
  }

  @Test func `no entry knows the resets of a stack`() throws {
    let triggers: [TCPFlags] = [
      Self.data, .acknowledgement, .syn, [.fin, .acknowledgement], [.fin, .push, .acknowledgement],
    ]
    for genuine in Resets.genuine {
      for flags in triggers {
        for count in 1...4 {
          var index: UInt16 = 0
          let samples = Resets.samples(Resets.asked(count, flags: flags)) { asked in
            index += 1
            return genuine.answer(asked, index)
          }
          let signature = try #require(ResetSignature(samples))
          let names = KnownInjector.matching(signature).map(\.name)
          #expect(names.isEmpty, "\(genuine.name): \(names), \(signature.line)")
        }
      }
    }
  }

  @Test func `without a type of service of our own, rejects are not told from the host itself`()
    throws
  {
    var asked = Resets.asked(3)
    for index in asked.indices { asked[index].trafficClass = 0 }
    let samples = Resets.samples(asked) { [Resets.ruled($0, Answer(dontFragment: true))] }
    #expect(KnownInjector.matching(try #require(ResetSignature(samples))).isEmpty)
  }

  @Test(arguments: [
    ("flags R", 1, KnownInjectorError.Fault.outside), ("injector", 1, .incomplete),
    ("injector A\ninjector B", 2, .lacking("A")), ("injector A\nwhat a.", 2, .lacking("A")),
    ("injector A\n\n# n\nflags", 4, .incomplete), ("injector A\nflag R", 2, .unknownKey("flag")),
    ("injector A\nwhat a.\nwhat b.", 3, .repeatedKey("what")),
    ("injector A\nsource a\nsource b", 3, .repeatedKey("source")),
    ("injector A\nflags R\nflags R", 3, .repeatedKey("flags")),
    ("injector A\nflags Q", 2, .impossibleWord("Q")),
    ("injector A\nflags R|", 2, .impossibleWord("")),
    ("injector A\nid 0x12", 2, .impossibleWord("0x12")),
    ("injector A\nid 0x0012..0x0001", 2, .impossibleWord("0x0012..0x0001")),
    ("injector A\nack somewhere", 2, .impossibleWord("somewhere")),
    ("injector A\nttl 64", 2, .impossibleWord("64")),
    ("injector A\nwin many", 2, .impossibleWord("many")),
  ])
  func `a malformed line is an error that says where`(
    _ text: String, _ line: Int, _ fault: KnownInjectorError.Fault
  ) {
    #expect(throws: KnownInjectorError(line: line, fault: fault)) {
      _ = try KnownInjector.read(text)
    }
  }

  @Test func `no name comes twice, and few features are none`() {
    let block = "injector A\nwhat a.\nsource s\nflags R\ncopies 1\nwin 0\n"
    #expect(throws: KnownInjectorError(line: 7, fault: .lacking("A"))) {
      _ = try KnownInjector.read(block)
    }
    #expect(throws: KnownInjectorError(line: 8, fault: .repeatedName("A"))) {
      _ = try KnownInjector.read(block + "df 0\ninjector A")
    }
  }
}

extension UInt32 {
  /// Its lower half, for identifications that look random.
  fileprivate var low: UInt16 { UInt16(truncatingIfNeeded: self &* 0x9e37 >> 4) | 1 }
}
