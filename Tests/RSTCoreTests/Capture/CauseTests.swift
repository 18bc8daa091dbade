import RSTWire
import Testing

@testable import RSTCore

/// Each cause, by the shortest capture that shows it, and the nearest that must not.
@Suite struct CauseTests {
  // MARK: - Establishing

  @Test func `a SYN is refused: the port is not open`() {
    var tape = Tape()
    tape.client(.syn, 0, at: 0)
    tape.server([.reset, .acknowledgement], 0, 1, at: 20) { $0.isAbsolute = true }
    #expect(tape.causes == ["closed-port"])
    #expect(tape.explained.first?.outcome == .refused)
  }

  @Test func `a refusal from another distance than the host's SYN ACKs is a device's`() {
    var tape = Tape()
    tape.client(.syn, 0, at: 0)
    tape.server([.reset, .acknowledgement], 0, 1, at: 20) {
      $0.isAbsolute = true
      $0.hopLimit = 63
    }
    tape.handshake(at: 100) { $0.port = 40_001 }
    #expect(tape.causes == ["network-firewall-reset"])
  }

  @Test func `a refusal that clears what other refusals copy is the host's filter's`() {
    var tape = Tape()
    for (port, copied) in [(UInt16(81), UInt8(0x28)), (82, 0x28), (443, 0)] {
      tape.client(.syn, 0, at: 0) {
        $0.serverPort = port
        $0.trafficClass = 0x28
      }
      tape.server([.reset, .acknowledgement], 0, 1, at: 20) {
        $0.serverPort = port
        $0.isAbsolute = true
        $0.trafficClass = copied
      }
    }
    tape.handshake(at: 100)
    #expect(tape.causes == ["closed-port", "closed-port", "host-firewall-reset"])
  }

  @Test func `the last ACK of the handshake is reset: the accept queue overflows`() {
    var tape = Tape()
    tape.handshake()
    tape.server(.reset, 1, at: 40)
    #expect(tape.causes == ["accept-queue-overflow-reset"])
  }

  @Test func `a socket that is closed at once aborts, and no queue overflows`() {
    var tape = Tape()
    tape.handshake()
    tape.server([.reset, .acknowledgement], 1, 1, at: 41) {
      $0.hasTimestamps = true
      $0.window = 500
    }
    #expect(tape.causes == ["abortive-close"])
  }

  @Test func `a SYN meets TIME-WAIT and is refused`() {
    var tape = Tape()
    tape.handshake()
    tape.client([.fin, .acknowledgement], 1, 1, at: 100)
    tape.server([.fin, .acknowledgement], 1, 2, at: 120)
    tape.client(.acknowledgement, 2, 2, at: 120)
    tape.client(.syn, 5_000, at: 3_000)
    tape.server([.reset, .acknowledgement], 0, 5_001, at: 3_020) { $0.isAbsolute = true }
    #expect(tape.causes == ["time-wait-resets"])
  }

  @Test func `a half-open scan resets the SYN ACK`() {
    var tape = Tape()
    tape.client(.syn, 0, at: 0)
    tape.server([.syn, .acknowledgement], 0, 1, at: 20)
    tape.client(.reset, 1, at: 20)
    #expect(tape.causes == ["syn-scan"])
  }

  @Test func `a connect scan says nothing and resets`() {
    var tape = Tape()
    tape.handshake()
    tape.client([.reset, .acknowledgement], 1, 1, at: 21) {
      $0.hasTimestamps = true
      $0.window = 500
    }
    #expect(tape.causes == ["connect-scan"])
  }

  @Test func `a client that gives up in the midst of it aborts`() {
    var tape = Tape()
    tape.handshake()
    tape.exchange(at: 50)
    tape.client([.reset, .acknowledgement], 101, 501, at: 900) {
      $0.hasTimestamps = true
      $0.window = 500
    }
    #expect(tape.causes == ["client-abort"])
  }

  @Test func `a client whose SYN ACK was lost resets an acknowledgement`() {
    var tape = Tape()
    tape.client(.syn, 0, at: 0)
    tape.server(.acknowledgement, 1, -300, at: 20)
    tape.client(.reset, -300, at: 20)
    #expect(tape.causes == ["lost-synack-reset"])
  }

  // MARK: - Transfer

  @Test func `repetitions that nobody acknowledges end by a reset`() {
    var tape = Tape()
    tape.handshake()
    for time in [50, 250, 650, 1_450, 3_050] {
      tape.client([.acknowledgement, .push], 1, 1, length: 100, at: time)
    }
    tape.client([.reset, .acknowledgement], 101, 1, at: 6_000) { $0.window = 500 }
    #expect(tape.causes == ["retransmission-limit"])
  }

  @Test func `and by silence, where nobody resets`() {
    var tape = Tape()
    tape.handshake()
    for time in [50, 250, 650, 1_450, 3_050] {
      tape.client([.acknowledgement, .push], 1, 1, length: 100, at: time)
    }
    tape.handshake(at: 60_000) { $0.port = 40_001 }
    let findings = tape.explained[0].findings
    #expect(findings.map(\.code.rawValue) == ["retransmission-limit"])
    #expect(findings.first?.details == [Detail("ends_with", .word("silence"))])
  }

  @Test func `keep-alives that nobody answers end by a reset`() {
    var tape = Tape()
    tape.handshake()
    tape.exchange(at: 50)
    for time in [10_000, 11_000, 12_000] { tape.server(.acknowledgement, 500, 101, at: time) }
    tape.server([.reset, .acknowledgement], 501, 101, at: 13_000) { $0.hasTimestamps = true }
    #expect(tape.causes == ["keepalive-reset"])
  }

  @Test func `an idle connection is reset when its time is over`() {
    var tape = Tape()
    tape.handshake()
    tape.exchange(at: 50)
    tape.server([.reset, .acknowledgement], 501, 101, at: 60_070) { $0.hopLimit = 254 }
    #expect(tape.causes == ["idle-reset"])
    #expect(tape.explained[0].resets[0].finding.responder == .networkDevice)
  }

  @Test func `or when it speaks again`() {
    var tape = Tape()
    tape.handshake()
    tape.exchange(at: 50)
    tape.client([.acknowledgement, .push], 101, 501, length: 10, at: 600_000)
    tape.server(.reset, 501, at: 600_020)
    let finding = tape.explained[0].resets[0].finding
    #expect(finding.code == .idleReset || finding.code == .desynchronisedReset)
  }

  @Test func `data for a host that knows no such connection is reset`() {
    var tape = Tape()
    tape.client([.acknowledgement, .push], 101, 501, length: 10, at: 0)
    tape.server(.reset, 501, at: 20)
    #expect(tape.causes == ["desynchronised-reset"])
  }

  @Test func `a device that knows no such connection resets from its own distance`() {
    var tape = Tape()
    tape.handshake()
    tape.exchange(at: 50)
    tape.client([.acknowledgement, .push], 101, 501, length: 10, at: 200)
    tape.server(.reset, 501, at: 210) { $0.hopLimit = 254 }
    #expect(tape.causes == ["middlebox-forgot"])
  }

  @Test func `an application that aborts is no injector`() {
    var tape = Tape()
    tape.handshake()
    tape.exchange(at: 50)
    tape.server([.reset, .acknowledgement], 501, 101, at: 100) {
      $0.hasTimestamps = true
      $0.window = 500
    }
    tape.client([.acknowledgement, .push], 101, 501, length: 10, at: 101)
    tape.server(.reset, 501, at: 121)
    #expect(tape.causes == ["abortive-close", "desynchronised-reset"])
  }

  @Test func `a reset outside the window is ignored`() {
    var tape = Tape()
    tape.handshake()
    tape.exchange(at: 50)
    tape.server(.reset, 9_000_000, at: 100)
    tape.client([.acknowledgement, .push], 101, 501, length: 10, at: 120)
    tape.server(.acknowledgement, 501, 111, at: 140)
    #expect(["reset-ignored", "injected-reset"].contains(tape.causes[0]))
  }

  @Test func `a full buffer ends by a reset`() {
    var tape = Tape()
    tape.handshake()
    tape.client([.acknowledgement, .push], 1, 1, length: 1_000, at: 50)
    tape.server(.acknowledgement, 1, 1_001, at: 70) { $0.window = 0 }
    tape.client([.reset, .acknowledgement], 1_001, 1, at: 9_000) {
      $0.window = 500
      $0.hasTimestamps = true
    }
    #expect(tape.causes == ["zero-window-reset"])
  }

  @Test func `a front end says why it resets`() {
    var tape = Tape()
    tape.handshake()
    tape.server([.reset, .acknowledgement], 1, 1, length: 30, at: 60) {
      $0.text = "flow timed out"
    }
    #expect(tape.causes == ["load-balancer-reset"])
    #expect(tape.explained[0].resets[0].finding.explanation.contains("flow timed out"))
  }

  // MARK: - Injection

  @Test func `the server goes on behind a reset that came from elsewhere`() {
    var tape = Tape()
    tape.handshake()
    tape.client([.acknowledgement, .push], 1, 1, length: 100, at: 50)
    tape.server([.reset, .acknowledgement], 1, 101, at: 58) { $0.hopLimit = 51 }
    tape.server([.acknowledgement, .push], 1, 101, length: 500, at: 70)
    #expect(tape.causes == ["injected-reset"])
    #expect(tape.explained[0].resets[0].finding.responder == .injector)
  }

  @Test func `a SYN ACK comes behind a reset that copies the SYN`() {
    var tape = Tape()
    tape.client(.syn, 0, at: 0) { $0.identification = 4_711 }
    tape.server([.reset, .acknowledgement], 0, 0, at: 10) {
      $0.isAbsolute = true
      $0.hopLimit = 57
      $0.identification = 4_711
      $0.reserved = 4
    }
    tape.server([.syn, .acknowledgement], 0, 1, at: 20)
    #expect(tape.causes == ["injected-reset"])
  }

  @Test func `data that was overtaken by a genuine reset is no proof of a forged one`() {
    var tape = Tape()
    tape.handshake()
    tape.exchange(at: 50)
    tape.server([.reset, .acknowledgement], 1_001, 101, at: 100) {
      $0.hasTimestamps = true
      $0.window = 500
    }
    tape.server([.acknowledgement, .push], 501, 101, length: 500, at: 101)
    #expect(tape.causes.first != "injected-reset")
  }

  @Test func `a capture that shows every frame twice shows no series of resets`() {
    var tape = Tape()
    tape.usesTimestamps = false
    for copy in 0..<2 {
      let time = copy
      tape.client(.syn, 0, at: time) { $0.identification = 7 }
    }
    for copy in 0..<2 {
      tape.server([.reset, .acknowledgement], 0, 1, at: 20 + copy) {
        $0.isAbsolute = true
        $0.identification = 9
        $0.hopLimit = 60 - UInt8(copy)
      }
    }
    #expect(tape.causes == ["closed-port"])
    #expect(tape.explained[0].resets[0].reset.copies == [4])
  }

  // MARK: - Closing

  @Test func `a reset in place of a FIN`() {
    var tape = Tape()
    tape.handshake()
    tape.exchange(at: 50)
    tape.client([.fin, .acknowledgement], 101, 501, at: 100)
    tape.server([.reset, .acknowledgement], 501, 102, at: 120) {
      $0.hasTimestamps = true
      $0.window = 500
    }
    #expect(tape.causes == ["abortive-close"])
    #expect(tape.explained[0].resets[0].finding.phase == .close)
  }

  @Test func `a reset behind one's own FIN skips TIME-WAIT`() {
    var tape = Tape()
    tape.handshake()
    tape.exchange(at: 50)
    tape.client([.fin, .acknowledgement], 101, 501, at: 100)
    tape.server([.fin, .acknowledgement], 501, 102, at: 120)
    tape.client([.reset, .acknowledgement], 102, 502, at: 121) { $0.hasTimestamps = true }
    #expect(tape.causes == ["reset-after-fin"])
  }

  @Test func `data behind a FIN is reset`() {
    var tape = Tape()
    tape.handshake()
    tape.exchange(at: 50)
    tape.server([.fin, .acknowledgement], 501, 101, at: 100)
    tape.client(.acknowledgement, 101, 502, at: 120)
    tape.client([.acknowledgement, .push], 101, 502, length: 10, at: 200)
    tape.server(.reset, 502, at: 220)
    #expect(tape.causes == ["data-after-close-reset"])
  }

  @Test func `what was under way when the client closed is reset, each, as its own capture shows`()
  {
    var tape = Tape()
    tape.handshake()
    tape.exchange(at: 30)
    // The FIN is sent between the server's segments, before any that it does not acknowledge was read.
    tape.client([.fin, .acknowledgement], 101, 501, at: 100)
    for number in 0..<24 {
      tape.server(.acknowledgement, 501 + number * 100, 101, length: 100, at: 101)
    }
    for _ in 0..<24 { tape.client(.reset, 101, at: 102) }
    #expect(Set(tape.causes).isSubset(of: ["data-after-close-reset", "desynchronised-reset"]))
    #expect(tape.causes.first == "data-after-close-reset")
    #expect(tape.causes.count == 24)
  }

  @Test func `data that came before the FIN was sent, and after it was read, is under way too`() {
    var tape = Tape()
    tape.handshake()
    tape.exchange(at: 30)
    tape.server(.acknowledgement, 501, 101, length: 100, at: 99)
    tape.client([.fin, .acknowledgement], 101, 501, at: 100)
    tape.client(.reset, 101, at: 101)
    #expect(tape.causes == ["data-after-close-reset"])
    var read = Tape()
    read.handshake()
    read.exchange(at: 30)
    read.server(.acknowledgement, 501, 101, length: 100, at: 99)
    read.client([.fin, .acknowledgement], 101, 601, at: 100)
    read.client([.reset, .acknowledgement], 102, 601, at: 101)
    #expect(read.causes == ["reset-after-fin"])
  }

  @Test func `an old segment is acknowledged from TIME-WAIT, and that is reset`() {
    var tape = Tape()
    tape.handshake()
    tape.exchange(at: 50)
    tape.client([.fin, .acknowledgement], 101, 501, at: 100)
    tape.server([.fin, .acknowledgement], 501, 102, at: 120)
    tape.client(.acknowledgement, 102, 502, at: 120)
    tape.server([.acknowledgement, .push], 1, 101, length: 500, at: 400)
    tape.client(.acknowledgement, 102, 502, at: 420)
    tape.server(.reset, 502, at: 440)
    #expect(tape.causes == ["time-wait-ack-reset"])
    #expect(tape.explained[0].outcome == .closed)
  }
}
