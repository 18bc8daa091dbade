import RSTCore
import RSTWire

/// Resets as somebody makes them, in answer to triggers whose values differ.
enum Resets {
  /// A packet of ours.
  struct Asked {
    var flags: TCPFlags = [.acknowledgement, .push]
    var sequence: UInt32 = 1_000
    var acknowledgement: UInt32 = 7_000_000
    var window: UInt16 = 40_001
    var identification: UInt16 = 0x4321
    var hopLimit: UInt8 = 64
    var trafficClass: UInt8 = 0x28
    var payload = Array("GET / HTTP/1.1\r\n\r\n".utf8)

    /// The number behind it.
    var end: UInt32 {
      sequence &+ UInt32(payload.count) &+ (flags.contains(.syn) ? 1 : 0)
        &+ (flags.contains(.fin) ? 1 : 0)
    }
  }

  /// A reset, by default the bare one.
  struct Answer {
    var flags: TCPFlags = .reset
    var sequence: UInt32 = 0
    var acknowledgement: UInt32 = 0
    var window: UInt16 = 0
    var identification: UInt16 = 0
    var dontFragment = false
    var hopLimit: UInt8 = 60
    var trafficClass: UInt8 = 0
    var reserved: UInt8 = 0
    var options: [TCPOption] = []
    var payload: [UInt8] = []
  }

  /// Triggers with other numbers each, data unless said otherwise.
  static func asked(_ count: Int, flags: TCPFlags = [.acknowledgement, .push]) -> [Asked] {
    (0..<count).map { index in
      let step = UInt16(index)
      return Asked(
        flags: flags, sequence: 1_000 + 70_000 * UInt32(index),
        acknowledgement: flags.contains(.acknowledgement) ? 7_000_000 + 90_000 * UInt32(index) : 0,
        window: 40_001 + 1_003 * step, identification: 0x4321 &+ 0x1111 &* step,
        hopLimit: 64 - UInt8(index % 16) * 4, trafficClass: 0x28 &+ 0x10 &* UInt8(index),
        payload: flags.contains(.push) ? Asked().payload : [])
    }
  }

  /// Who is asked and who asks.
  static let server = IPv4Address(rawValue: 0xc000_0201)
  static let client = IPv4Address(rawValue: 0xc633_6402)

  /// Samples of what somebody answers.
  static func samples(_ asked: [Asked], _ answers: (Asked) -> [Answer]) -> [ResetSample] {
    asked.flatMap { asked in
      answers(asked).map { answer in
        ResetSample(
          reset: packet(answer), trigger: packet(asked), delay: .milliseconds(20))
      }
    }
  }

  static func packet(_ asked: Asked) -> Packet {
    Packet(
      network: .ipv4(
        IPv4Header(
          trafficClass: asked.trafficClass, identification: asked.identification,
          hopLimit: asked.hopLimit, source: client, destination: server)),
      tcp: TCPHeader(
        sourcePort: 50_000, destinationPort: 80, sequence: SequenceNumber(asked.sequence),
        acknowledgement: SequenceNumber(asked.acknowledgement), flags: asked.flags,
        window: asked.window),
      payload: asked.payload)
  }

  static func packet(_ answer: Answer) -> Packet {
    Packet(
      network: .ipv4(
        IPv4Header(
          trafficClass: answer.trafficClass, identification: answer.identification,
          dontFragment: answer.dontFragment, hopLimit: answer.hopLimit, source: server,
          destination: client)),
      tcp: TCPHeader(
        sourcePort: 80, destinationPort: 50_000, sequence: SequenceNumber(answer.sequence),
        acknowledgement: SequenceNumber(answer.acknowledgement), reserved: answer.reserved,
        flags: answer.flags, window: answer.window, options: answer.options),
      payload: answer.payload)
  }
}

extension Resets {
  /// What real stacks send, from measurements and their code; `index` counts the samples.
  static let genuine: [(name: String, answer: @Sendable (Asked, UInt16) -> [Answer])] = [
    (
      "Linux, passive",
      { asked, _ in
        [ruled(asked, Answer(dontFragment: true, trafficClass: asked.trafficClass & 0xfc))]
      }
    ),
    (
      "Linux, active, with timestamps",
      { asked, index in
        [
          Answer(
            flags: [.reset, .acknowledgement], sequence: asked.acknowledgement,
            acknowledgement: asked.end, window: 502, identification: 0x7000 + index,
            dontFragment: true,
            options: [.noOperation, .noOperation, .timestamps(value: 1, echo: 2)])
        ]
      }
    ),
    (
      "Linux, active, without timestamps, of sshd",
      { asked, index in
        [
          Answer(
            flags: [.reset, .acknowledgement], sequence: asked.acknowledgement,
            acknowledgement: asked.end, window: 502, identification: 0x9916 + index,
            dontFragment: true, trafficClass: 0x10)
        ]
      }
    ),
    (
      "Linux, active, duplicated on the way",
      { asked, index in
        let reset = Answer(
          flags: [.reset, .acknowledgement], sequence: asked.acknowledgement,
          acknowledgement: asked.end, window: 502, identification: 0x7000 + index,
          dontFragment: true)
        return [reset, reset]
      }
    ),
    (
      "Windows, bare with its own number as acknowledgement",
      { asked, index in
        var reset = ruled(
          asked, Answer(identification: 0x1200 + index, dontFragment: true, hopLimit: 120))
        if reset.flags == .reset { reset.acknowledgement = reset.sequence }
        return [reset]
      }
    ),
    (
      "Windows, active, without identification",
      { asked, _ in
        [
          Answer(
            flags: [.reset, .acknowledgement], sequence: asked.acknowledgement,
            acknowledgement: asked.end, dontFragment: true, hopLimit: 120)
        ]
      }
    ),
    (
      "FreeBSD, passive",
      { asked, _ in
        [ruled(asked, Answer(dontFragment: true, trafficClass: asked.trafficClass))]
      }
    ),
    (
      "OpenBSD, passive: random identification",
      { asked, index in
        [ruled(asked, Answer(identification: 0x6ab3 &* (index + 3), dontFragment: true))]
      }
    ),
    (
      "NetBSD, passive: no DF, a counter",
      { asked, index in [ruled(asked, Answer(identification: 0x0030 + index))] }
    ),
    (
      "lwIP: always an acknowledgement, a counter, no DF",
      { asked, index in
        let hasAcknowledgement = asked.flags.contains(.acknowledgement)
        return [
          Answer(
            flags: [.reset, .acknowledgement],
            sequence: hasAcknowledgement ? asked.acknowledgement : 0, acknowledgement: asked.end,
            window: 5_840, identification: 0x0100 + index, hopLimit: 250)
        ]
      }
    ),
    (
      "FreeRTOS+TCP: the trigger's own header",
      { asked, index in
        [
          ruled(
            asked,
            Answer(
              window: asked.window, identification: 0x0001 + index,
              trafficClass: asked.trafficClass))
        ]
      }
    ),
  ]

  /// The rule of RFC 9293, section 3.5.2: number and flags by what the trigger acknowledges.
  static func ruled(_ asked: Asked, _ answer: Answer) -> Answer {
    var answer = answer
    if asked.flags.contains(.acknowledgement) {
      answer.flags = .reset
      answer.sequence = asked.acknowledgement
    } else {
      answer.flags = [.reset, .acknowledgement]
      answer.acknowledgement = asked.end
    }
    return answer
  }
}
