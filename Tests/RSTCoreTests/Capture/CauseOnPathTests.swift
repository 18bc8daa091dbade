import RSTWire
import Testing

@testable import RSTCore

/// A device in the path and an injector beside it look alike, until it shows what became of the segment
/// that was reset.
@Suite struct CauseOnPathTests {
  /// A request that is reset from one hop nearer.
  private static func resetRequest(hopLimit: UInt8 = 61) -> Tape {
    var tape = Tape()
    tape.handshake()
    tape.client([.acknowledgement, .push], 1, 1, length: 100, at: 1_500)
    tape.server(.reset, 1, at: 1_520) { $0.hopLimit = hopLimit }
    return tape
  }

  @Test func `who has forgotten a connection passes nothing of it on`() {
    #expect(Self.resetRequest().causes == ["middlebox-forgot"])
  }

  @Test func `a filter refuses the request, and the connection stands`() {
    var tape = Self.resetRequest()
    tape.client(.acknowledgement, 0, 1, at: 3_000)
    tape.server(.acknowledgement, 1, 1, at: 3_020)
    #expect(tape.causes == ["network-firewall-reset"])
  }

  /// The answer comes a little sooner than the handshake's did: so long behind the reset it is one all
  /// the same, unless the server asks by itself.
  @Test(arguments: [(1, "network-firewall-reset"), (0, "middlebox-forgot")])
  func `a prompt answer long afterwards shows that the connection stands`(
    sequence: Int, cause: String
  ) {
    var tape = Self.resetRequest()
    tape.client(.acknowledgement, 0, 1, at: 3_000)
    tape.server(.acknowledgement, sequence, 1, at: 3_012)
    #expect(tape.causes == [cause])
  }

  @Test func `nobody has forgotten what the client itself had reset`() {
    var tape = Tape()
    tape.handshake()
    tape.exchange(at: 50)
    tape.client(.reset, 101, at: 1_400)
    tape.client(.acknowledgement, 100, 501, length: 1, at: 1_500)
    tape.server(.reset, 501, at: 1_520) { $0.hopLimit = 61 }
    #expect(tape.causes.last == "unexplained-reset")
  }

  @Test func `a server that answers the request has not reset it`() {
    var tape = Self.resetRequest()
    tape.server([.acknowledgement, .push], 1, 101, length: 500, at: 1_600)
    #expect(tape.causes == ["injected-reset"])
  }

  @Test func `nor has one that had acknowledged it`() {
    var tape = Tape()
    tape.handshake()
    tape.client([.acknowledgement, .push], 1, 1, length: 100, at: 1_500)
    tape.server(.acknowledgement, 1, 101, at: 1_520)
    tape.server(.reset, 1, at: 1_521) { $0.hopLimit = 62 }
    #expect(tape.causes == ["injected-reset"])
  }

  @Test func `a keep-alive asks for what was acknowledged long before`() {
    var tape = Tape()
    tape.handshake()
    tape.exchange(at: 50)
    tape.client(.acknowledgement, 100, 501, length: 1, at: 4_000)
    tape.server(.reset, 501, at: 4_020) { $0.hopLimit = 61 }
    #expect(tape.causes != ["injected-reset"])
  }

  /// The request is sent with two hops, and a router says that they ended, or does not.
  @Test(arguments: [(true, "injected-reset"), (false, "accept-queue-overflow-reset")])
  func `what died on its way was answered by somebody on the way`(hasEnded: Bool, cause: String) {
    var tape = Tape()
    tape.handshake()
    tape.client([.acknowledgement, .push], 1, 1, length: 100, at: 30) { $0.hopLimit = 2 }
    tape.server(.reset, 1, at: 51)
    tape.server(.acknowledgement, 1, 1, at: 2_000)
    var connection = tape.explained[0].connection
    if hasEnded {
      connection.errors.append(
        CapturedError(
          frame: 5, moment: Moment(nanoseconds: 50_000_000), source: Tape.server,
          isTimeExceeded: true))
    }
    let explained = ExplainedConnection(
      connection, hosts: HostTable(), ended: connection.lastMoment)
    #expect(explained.resets.map(\.finding.code.rawValue) == [cause])
  }

  @Test func `where a third party's resets come from, no filter is assumed`() {
    var tape = Tape()
    tape.handshake { $0.port = 40_001 }
    tape.client([.syn, .fin], 0, at: 100)
    tape.server([.reset, .acknowledgement], 0, 2, at: 120) {
      ($0.isAbsolute, $0.hopLimit) = (true, 63)
    }
    #expect(tape.causes == ["odd-flags-filtered"])
    tape.server([.reset, .acknowledgement], 1, 1, at: 130) { ($0.port, $0.hopLimit) = (40_001, 63) }
    #expect(tape.causes.last == "unexplained-reset")
  }

  @Test func `octets that nobody can read are no reason`() {
    var tape = Tape()
    tape.handshake()
    tape.server([.reset, .acknowledgement], 1, 1, length: 10, at: 60) { $0.text = ".........." }
    #expect(tape.causes != ["load-balancer-reset"])
  }

  // MARK: - Whose hop limit it is

  /// Another client's connection, which the server's socket aborts, or of which only a bare reset comes.
  @Test(arguments: [(true, "unexplained-reset"), (false, "middlebox-forgot")])
  func `what comes as the host's own sockets send is no device's`(isOfSocket: Bool, cause: String) {
    var tape = Self.resetRequest()
    tape.handshake(at: 2_000) { $0.port = 40_001 }
    tape.server(isOfSocket ? [.reset, .acknowledgement] : .reset, 1, 1, at: 2_100) {
      ($0.port, $0.hopLimit) = (40_001, 61)
      $0.hasTimestamps = isOfSocket
    }
    #expect(tape.causes.first == cause)
  }

  /// Another client's SYN, to this port or to another, is refused from there as well.
  @Test(arguments: [(UInt16(80), "unexplained-reset"), (81, "middlebox-forgot")])
  func `who refuses what is new has not merely forgotten`(port: UInt16, cause: String) {
    var tape = Self.resetRequest()
    tape.client(.syn, 0, at: 2_000) { ($0.port, $0.serverPort) = (40_001, port) }
    tape.server([.reset, .acknowledgement], 0, 1, at: 2_020) {
      ($0.port, $0.serverPort) = (40_001, port)
      ($0.isAbsolute, $0.hopLimit) = (true, 61)
    }
    #expect(tape.causes.first == cause)
  }

  /// IPv4 identifications of a Linux socket go on in its reset; those of others do not.
  @Test(arguments: [(UInt16(0x0c52), true), (0x0c51, false), (0x1c52, false)])
  func `a reset that counts its socket's identifications on is the socket's`(
    identification: UInt16, isOfSocket: Bool
  ) {
    var tape = Tape()
    tape.usesTimestamps = false
    tape.handshake()
    tape.client([.acknowledgement, .push], 1, 1, length: 100, at: 50)
    tape.server(.acknowledgement, 1, 101, at: 70) { $0.identification = 0x0c51 }
    tape.server([.reset, .acknowledgement], 1, 101, at: 71) { $0.identification = identification }
    #expect(tape.explained[0].resets[0].reset.isOfSocket == isOfSocket)
  }
}
