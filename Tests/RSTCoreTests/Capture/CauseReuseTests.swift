import RSTWire
import Testing

@testable import RSTCore

/// Ports that a client uses again, or asks with several numbers at once: each answer belongs to one of
/// the segments.
@Suite struct CauseReuseTests {
  /// The server aborts; an acknowledgement was still on its way when the client asks again, and a reset
  /// comes before the new SYN ACK.
  private static func reused(
    _ flags: TCPFlags, _ sequence: Int, _ acknowledgement: Int = 0, hopLimit: UInt8? = nil
  ) -> Tape {
    var tape = Tape()
    tape.handshake()
    tape.client(.acknowledgement, 1, 1, at: 65)
    tape.server([.reset, .acknowledgement], 1, 1, at: 70) {
      $0.hasTimestamps = true
      $0.window = 500
    }
    tape.client(.syn, 5_000, at: 71)
    tape.server(flags, sequence, acknowledgement, at: 85) {
      $0.hopLimit = hopLimit
      $0.isAbsolute = flags.contains(.acknowledgement)
    }
    tape.server([.syn, .acknowledgement], 900_000, 5_001, at: 91)
    tape.client(.acknowledgement, 5_001, 900_001, at: 91)
    return tape
  }

  @Test func `the answer to what came before belongs to no new connection`() {
    #expect(!Self.reused(.reset, 1).causes.contains("injected-reset"))
  }

  @Test func `an answer to the new SYN that is accepted all the same is forged`() {
    #expect(
      Self.reused([.reset, .acknowledgement], 0, 5_001, hopLimit: 62).causes.last
        == "injected-reset")
  }

  /// Three SYNs, of which the first is accepted, the second refused, and one more accepted.
  private static func asked(accepting last: Int) -> Tape {
    var tape = Tape()
    for number in 0..<3 { tape.client(.syn, 16 * number, at: number) }
    tape.server([.syn, .acknowledgement], 0, 1, at: 20)
    tape.server([.reset, .acknowledgement], 0, 17, at: 21) { $0.isAbsolute = true }
    tape.server([.syn, .acknowledgement], 700_000, last, at: 22)
    return tape
  }

  @Test func `one SYN is refused, another accepted: two machines behind one address`() {
    #expect(!Self.asked(accepting: 33).causes.contains("injected-reset"))
  }

  @Test func `the SYN that was refused is accepted afterwards`() {
    #expect(Self.asked(accepting: 17).causes == ["injected-reset"])
  }

  /// A client that speaks of a connection again which it has reset twice, as probers do.
  @Test(arguments: [(UInt16(7), false), (9, true)])
  func `resets that bear the identification of all that their sender sends are no series`(
    identification: UInt16, isForged: Bool
  ) {
    var tape = Tape()
    let own: (inout Tape.Oddities) -> Void = { $0.identification = 7 }
    tape.client(.syn, 0, at: 0, own)
    tape.server([.syn, .acknowledgement], 0, 1, at: 20)
    tape.client(.acknowledgement, 1, 1, at: 20, own)
    tape.server(.acknowledgement, 1, 1, length: 1_024, at: 60)
    tape.client(.reset, 1, at: 62) { $0.identification = identification }
    tape.server(.acknowledgement, 1_025, 1, length: 1_024, at: 65)
    tape.client(.reset, 1, at: 100) { $0.identification = identification }
    tape.client(.acknowledgement, 0, 2_049, length: 1, at: 101, own)
    let findings: [Finding] = tape.explained[0].resets.flatMap { [$0.finding] + $0.others }
    let evidence = findings.filter { $0.code == .injectedReset }.flatMap(\.evidence)
    #expect(evidence.contains { $0.code == "same-identification" } == isForged)
  }
}
