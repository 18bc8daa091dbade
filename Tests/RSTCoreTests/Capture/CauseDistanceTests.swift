import RSTWire
import Testing

@testable import RSTCore

/// What hop limits, and what the host does elsewhere, say of a reset; and what they do not.
@Suite struct CauseDistanceTests {
  /// A SYN and its refusal.
  private static func refuse(
    _ tape: inout Tape, at time: Int, port: UInt16 = 80, hopLimit: UInt8 = 60, asked: UInt8 = 0,
    answered: UInt8 = 0, sent: UInt8 = 64
  ) {
    let client = UInt16(50_000 + time)
    tape.client(.syn, 0, at: time) {
      ($0.port, $0.serverPort, $0.trafficClass) = (client, port, asked)
      $0.hopLimit = sent
    }
    tape.server([.reset, .acknowledgement], 0, 1, at: time + 20) {
      ($0.port, $0.serverPort, $0.trafficClass) = (client, port, answered)
      ($0.isAbsolute, $0.hopLimit) = (true, hopLimit)
    }
  }

  @Test func `a port that takes other SYNs before and after is behind no filter for all`() {
    var tape = Tape()
    Self.refuse(&tape, at: 100, hopLimit: 63)
    tape.handshake(at: 200) { $0.port = 40_001 }
    #expect(tape.causes == ["network-firewall-reset"])
    var other = Tape()
    other.handshake { $0.port = 40_001 }
    Self.refuse(&other, at: 100, hopLimit: 63)
    other.handshake(at: 200) { $0.port = 40_002 }
    #expect(other.causes == ["unexplained-reset"])
  }

  /// A connection of the port whose SYN is accepted, and refused from some distance as well: the same as
  /// the SYN ACK's, or farther away, as behind a proxy.
  @Test(arguments: [(UInt8(60), "unexplained-reset"), (58, "closed-port")])
  func `a port that accepts what is refused is not shown closed by a refusal`(
    hopLimit: UInt8, cause: String
  ) {
    var tape = Tape()
    Self.refuse(&tape, at: 100)
    tape.client(.syn, 0, at: 200) { $0.port = 40_001 }
    tape.server([.syn, .acknowledgement], 0, 1, at: 220) { $0.port = 40_001 }
    tape.server([.reset, .acknowledgement], 0, 1, at: 221) {
      ($0.port, $0.isAbsolute, $0.hopLimit) = (40_001, true, hopLimit)
    }
    #expect(tape.causes.first == cause)
  }

  @Test(arguments: [(UInt8(0x28), "closed-port"), (0, "unexplained-reset")])
  func `who does not copy the DSCP may be a filter, where nothing else is known`(
    answered: UInt8, cause: String
  ) {
    var tape = Tape()
    Self.refuse(&tape, at: 0, asked: 0x28, answered: answered)
    #expect(tape.causes == [cause])
  }

  /// The path sets 0x28, which one SYN happens to have had.
  @Test func `a DSCP that the path sets is no copy`() {
    var tape = Tape()
    Self.refuse(&tape, at: 0, asked: 0x28, answered: 0x28)
    #expect(tape.causes == ["closed-port"])
    Self.refuse(&tape, at: 100, asked: 0x48, answered: 0x28)
    #expect(tape.causes == ["unexplained-reset", "unexplained-reset"])
  }

  /// The host is five hops away, and resets with its distance come for a SYN that ends after some.
  @Test(arguments: [(UInt8(2), "network-firewall-reset"), (5, "host-firewall-reset")])
  func `who refuses SYNs that end on the way is not where its hop limit says`(
    sent: UInt8, cause: String
  ) {
    var tape = Tape()
    tape.handshake { $0.serverPort = 443 }
    for (number, dscp) in [UInt8(0x28), 0x48].enumerated() {
      Self.refuse(&tape, at: 100 * (number + 1), port: 22, asked: dscp, answered: dscp)
    }
    Self.refuse(&tape, at: 300, asked: 0x28, sent: sent)
    Self.refuse(&tape, at: 400, asked: 0x28)
    #expect(tape.causes.suffix(2) == [cause, cause])
  }

  @Test(arguments: [(UInt8(62), "network-firewall-reset"), (251, "unexplained-reset")])
  func `another initial value is another machine, and no other place`(
    hopLimit: UInt8, cause: String
  ) {
    var tape = Tape()
    tape.handshake { $0.serverPort = 443 }
    Self.refuse(&tape, at: 100, hopLimit: hopLimit)
    #expect(tape.causes == [cause])
  }

  @Test func `no stack begins with such a hop limit`() {
    var tape = Tape()
    Self.refuse(&tape, at: 0, hopLimit: 190, asked: 0x28, answered: 0x28)
    #expect(tape.causes == ["unexplained-reset"])
  }

  /// SYNs from one port with numbers of their own are refused from that many distances more.
  @Test(arguments: [(2, "unexplained-reset"), (1, "closed-port")])
  func `refusals of many hop limits are no stack's`(more: Int, cause: String) {
    var tape = Tape()
    Self.refuse(&tape, at: 0, asked: 0x28, answered: 0x28)
    for number in 1...more {
      tape.client(.syn, 16 * number, at: 100 * number) { $0.port = 50_000 }
      tape.server([.reset, .acknowledgement], 0, 16 * number + 1, at: 100 * number + 20) {
        ($0.port, $0.isAbsolute, $0.hopLimit) = (50_000, true, 60 - UInt8(number))
      }
    }
    #expect(tape.causes.first == cause)
  }

  @Test func `what belongs to no connection is refused from where SYNs are`() {
    var tape = Tape()
    tape.handshake { $0.serverPort = 443 }
    tape.client(.acknowledgement, 500, 900, at: 100)
    tape.server(.reset, 900, at: 110) { $0.hopLimit = 63 }
    #expect(tape.causes == ["unexplained-reset"])
    Self.refuse(&tape, at: 200, hopLimit: 63)
    #expect(tape.causes == ["network-firewall-reset", "network-firewall-reset"])
  }

  /// The client's next segment is expected at 101.
  @Test(arguments: [(101, "middlebox-forgot"), (9_000_000, "conntrack-invalid-reset")])
  func `a device resets what it takes for invalid, or what it has forgotten`(
    sequence: Int, cause: String
  ) {
    var tape = Tape()
    tape.handshake()
    tape.exchange(at: 50)
    tape.client([.acknowledgement, .push], sequence, 501, length: 10, at: 4_000)
    tape.server(.reset, 501, at: 4_010) { $0.hopLimit = 63 }
    #expect(tape.causes == [cause])
  }

  @Test(arguments: [(UInt16(0), "network-firewall-reset"), (314, "unexplained-reset")])
  func `the first segment behind the SYN ACK is refused by a filter, which gives no window`(
    window: UInt16, cause: String
  ) {
    var tape = Tape()
    tape.handshake()
    tape.server(.reset, 1, at: 30) { ($0.hopLimit, $0.window) = (63, window) }
    #expect(tape.causes == [cause])
  }

  @Test(arguments: [(60, "accept-queue-overflow-reset"), (4_000, "desynchronised-reset")])
  func `only the handshake's own acknowledgement is reset by a full queue`(
    time: Int, cause: String
  ) {
    var tape = Tape()
    tape.handshake()
    if time > 100 { tape.client(.acknowledgement, 0, 1, at: time - 20) }
    tape.server(.reset, 1, at: time)
    #expect(tape.causes == [cause])
  }

  // MARK: - No injectors

  @Test func `what no router has touched was sent here, also by a client that goes on`() {
    var tape = Tape()
    tape.handshake()
    tape.client([.acknowledgement, .push], 1, 1, length: 100, at: 50)
    tape.client([.reset, .acknowledgement], 101, 1, at: 60)
    tape.client([.acknowledgement, .push], 101, 1, length: 100, at: 300)
    #expect(tape.causes != ["injected-reset"])
  }

  @Test func `behind a SYN proxy the host itself knows no connection`() {
    var tape = Tape()
    tape.handshake()
    tape.server([.reset, .acknowledgement], 1, 1, at: 60) { $0.hopLimit = 57 }
    #expect(tape.causes == ["unexplained-reset"])
  }

  @Test(arguments: [(UInt8(62), "injected-reset"), (58, "unexplained-reset")])
  func `of a refusal and a SYN ACK behind it the nearer one is forged`(
    hopLimit: UInt8, cause: String
  ) {
    var tape = Tape()
    Self.refuse(&tape, at: 0, hopLimit: hopLimit)
    tape.server([.syn, .acknowledgement], 0, 1, at: 25) { $0.port = 50_000 }
    #expect(tape.causes == [cause])
  }
}
