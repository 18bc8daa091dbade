import RSTWire
import Testing

@testable import RSTCore

/// Pairs of captures that differ in what tells one cause from another, and in nothing else.
@Suite struct CauseContrastTests {
  // MARK: - Clients

  @Test(arguments: [(1, "connect-scan"), (100, "client-abort")])
  func `who resets at once only asked; who waited aborts`(wait: Int, cause: String) {
    var tape = Tape()
    tape.handshake()
    tape.client([.reset, .acknowledgement], 1, 1, at: 20 + wait) {
      $0.hasTimestamps = true
      $0.window = 500
    }
    #expect(tape.causes == [cause])
  }

  @Test func `a reset of which nothing else is seen is not explained`() {
    var tape = Tape()
    tape.client(.reset, 500, at: 0)
    #expect(tape.causes == ["unexplained-reset"])
  }

  @Test(arguments: [Tape.Vantage.client, .server])
  func `a second SYN draws an acknowledgement of the first, whose SYN ACK was lost`(
    vantage: Tape.Vantage
  ) {
    var tape = Tape()
    tape.client(.syn, 0, at: 0)
    if vantage == .server { tape.server([.syn, .acknowledgement], 0, 1, at: 0) }
    tape.client(.syn, 1_000_000, at: 600)
    tape.server(.acknowledgement, 1, 1, at: 620)
    tape.client(.reset, 1, at: 620)
    #expect(tape.causes == ["lost-synack-reset"])
  }

  // MARK: - TIME-WAIT

  /// The server closes first: it holds TIME-WAIT.
  private static func closed(serverFirst: Bool = true) -> Tape {
    var tape = Tape()
    tape.handshake()
    if serverFirst {
      tape.server([.fin, .acknowledgement], 1, 1, at: 100)
      tape.client([.fin, .acknowledgement], 1, 2, at: 101)
      tape.server(.acknowledgement, 2, 2, at: 121)
    } else {
      tape.client([.fin, .acknowledgement], 1, 1, at: 100)
      tape.server([.fin, .acknowledgement], 1, 2, at: 120)
      tape.client(.acknowledgement, 2, 2, at: 121)
    }
    return tape
  }

  @Test func `a SYN that TIME-WAIT takes for old is acknowledged, and the client resets that`() {
    var tape = Self.closed()
    tape.client(.syn, -1_000_000, at: 400)
    tape.server(.acknowledgement, 2, 2, at: 420)
    tape.client(.reset, 2, at: 420)
    #expect(tape.causes == ["time-wait-ack-reset"])
  }

  @Test func `an old segment that this capture does not show is acknowledged again`() {
    var tape = Self.closed()
    tape.server(.acknowledgement, 2, 2, at: 400)
    tape.client(.reset, 2, at: 400)
    #expect(tape.causes == ["time-wait-ack-reset"])
  }

  @Test func `whoever closed last holds no TIME-WAIT`() {
    var tape = Self.closed(serverFirst: false)
    tape.server(.acknowledgement, 2, 2, at: 400)
    tape.client(.reset, 2, at: 400)
    #expect(tape.causes != ["time-wait-ack-reset"])
  }

  // MARK: - Giving up

  /// Two keep-alives, both answered in this capture.
  @Test(arguments: [(false, "keepalive-reset"), (true, "abortive-close")])
  func `what a keep-alive echoes shows whether its answer arrived`(isHeard: Bool, cause: String) {
    var tape = Tape()
    tape.handshake()
    tape.client([.acknowledgement, .push], 1, 1, length: 5, at: 50)
    tape.server(.acknowledgement, 1, 6, at: 70) { $0.echo = 50 }
    for time in [1_070, 2_070] {
      tape.server(.acknowledgement, 0, 6, at: time) {
        $0.echo = isHeard ? UInt32(time - 1_000) : 50
      }
      tape.client(.acknowledgement, 6, 1, at: time)
    }
    tape.server([.reset, .acknowledgement], 1, 6, at: 3_070) {
      $0.hasTimestamps = true
      $0.window = 500
      $0.echo = isHeard ? 2_070 : 50
    }
    #expect(tape.causes == [cause])
  }

  /// Three repetitions of data; the next one would be due 1600 ms after the last.
  @Test(arguments: [(1_700, "desynchronised-reset"), (4_000, "retransmission-limit")])
  func `who has stopped repeating for long had given up before it was asked`(
    pause: Int, cause: String
  ) {
    var tape = Tape()
    tape.handshake()
    for time in [50, 250, 650, 1_450] {
      tape.server([.acknowledgement, .push], 1, 1, length: 100, at: time)
    }
    tape.client([.acknowledgement, .push], 1, 1, length: 5, at: 1_450 + pause)
    tape.server(.reset, 1, at: 1_470 + pause)
    #expect(tape.causes == [cause])
  }

  @Test(arguments: [(1_700, []), (4_000, ["retransmission-limit"])])
  func `silence is said only where the capture goes on for long enough`(
    pause: Int, codes: [String]
  ) {
    var tape = Tape()
    tape.handshake()
    for time in [50, 250, 650, 1_450] {
      tape.server([.acknowledgement, .push], 1, 1, length: 100, at: time)
    }
    tape.client(.syn, 0, at: 1_450 + pause) { $0.port = 40_001 }
    #expect(tape.explained[0].findings.map(\.code.rawValue) == codes)
  }

  @Test(arguments: [(101, "data-after-close-reset"), (4_000, "unexplained-reset")])
  func `much data may be under way when a download is closed`(number: Int, cause: String) {
    var tape = Tape()
    tape.handshake()
    tape.exchange(at: 50)
    tape.client([.fin, .acknowledgement], 101, 501, at: 100)
    for part in 0..<12 {
      let sequence = 501 + part * 1_000
      tape.server(.acknowledgement, sequence, 102, length: 1_000, at: 110 + part)
    }
    tape.client(.reset, number, at: 125)
    #expect(tape.causes == [cause])
  }

  // MARK: - Injection

  @Test func `a perfect copy is told by the server's going on`() {
    var tape = Tape()
    tape.handshake()
    tape.client([.acknowledgement, .push], 1, 1, length: 100, at: 50)
    tape.server(.acknowledgement, 1, 101, at: 70)
    tape.server([.reset, .acknowledgement], 1, 101, at: 71) {
      $0.hasTimestamps = true
      $0.window = 500
    }
    #expect(tape.causes == ["abortive-close"])
    tape.server([.acknowledgement, .push], 1, 101, length: 40, at: 270)
    tape.client(.reset, 101, at: 270)
    #expect(tape.causes == ["injected-reset", "desynchronised-reset"])
  }

  @Test func `what acknowledges more than the reset did was sent after it`() {
    var tape = Tape()
    tape.handshake()
    tape.client([.acknowledgement, .push], 1, 1, length: 100, at: 22)
    tape.server([.reset, .acknowledgement], 1, 1, at: 25) { $0.hopLimit = 61 }
    tape.server(.acknowledgement, 1, 101, at: 26)
    #expect(tape.causes == ["injected-reset"])
  }

  @Test func `what acknowledges as much as the reset did may have been overtaken`() {
    var tape = Tape()
    tape.handshake()
    tape.client([.acknowledgement, .push], 1, 1, length: 100, at: 22)
    tape.server([.reset, .acknowledgement], 1, 101, at: 43) {
      $0.hasTimestamps = true
      $0.window = 500
    }
    tape.server(.acknowledgement, 1, 101, at: 44)
    #expect(tape.causes == ["abortive-close"])
  }

  /// Without timestamps, and with the window that is given.
  @Test(arguments: [(UInt16(0), UInt8(61), "injected-reset"), (700, 60, "unexplained-reset")])
  func `right behind the SYN ACK no server resets unasked`(
    window: UInt16, hopLimit: UInt8, cause: String
  ) {
    var tape = Tape()
    tape.handshake()
    tape.server([.reset, .acknowledgement], 1, 1, at: 21) {
      $0.hopLimit = hopLimit
      $0.window = window
    }
    #expect(tape.causes == [cause])
  }

  @Test(arguments: [(UInt16(0), UInt8(63), "injected-reset"), (500, 64, "client-abort")])
  func `in the client's name, of nobody's shape and from one hop off`(
    window: UInt16, hopLimit: UInt8, cause: String
  ) {
    var tape = Tape()
    tape.handshake()
    tape.client([.acknowledgement, .push], 1, 1, length: 100, at: 22)
    tape.server(.acknowledgement, 1, 101, at: 22)
    tape.client([.reset, .acknowledgement], 101, 1, at: 23) {
      $0.hopLimit = hopLimit
      $0.window = window
      $0.hasTimestamps = window != 0
    }
    #expect(tape.causes == [cause])
  }

  @Test func `a forged reset for the client's FIN comes behind the server's own`() {
    var tape = Tape()
    tape.handshake()
    tape.client([.fin, .acknowledgement], 1, 1, at: 100)
    tape.server([.fin, .acknowledgement], 1, 2, at: 120)
    tape.client(.acknowledgement, 2, 2, at: 120)
    tape.server([.reset, .acknowledgement], 1, 2, at: 121) { $0.hopLimit = 62 }
    #expect(tape.causes == ["injected-reset"])
  }

  @Test func `or before it, and then the client's host resets the server's FIN`() {
    var tape = Tape()
    tape.handshake()
    tape.client([.fin, .acknowledgement], 1, 1, at: 100)
    tape.server([.reset, .acknowledgement], 1, 2, at: 119) { $0.hopLimit = 62 }
    tape.server([.fin, .acknowledgement], 1, 2, at: 120)
    tape.client(.reset, 2, at: 120)
    #expect(tape.causes == ["injected-reset", "desynchronised-reset"])
  }
}
