import RSTTestSupport
import RSTWire
import Testing

@testable import RSTCore

@Suite struct FingerprintReadingTests {
  @Test func `the line keeps its form`() {
    let unknown = """
      fp1 resets=?,?,?,?,?,?,?,? rst=?,?,?,?,?,?,?,?,? syn=?,?,?,?,? listen=?,?,?,? \
      closed=?,?,?,?,? rate=? data=?,?,?,?,?,? odd=?,? half-open=?,?,?,?,?
      """
    #expect(BehaviourFingerprint([:]).line == unknown)
    var recording = FingerprintRecording(FingerprintRecording.linux())
    recording.actLikeLinux()
    recording.halfOpen(.secondSYNInWindow, .reset, .gone)
    recording.halfOpen(.secondSYNBeyond, .challengeACK, .gone)
    recording.halfOpen(.resetExact, .ignored, .gone)
    recording.halfOpen(.resetInWindow, .challengeACK, .alive)
    recording.halfOpen(.badAcknowledgement, .reset, .alive)
    let linux = """
      fp1 resets=R,R,0,copied,?,0D,?,? rst=C,C,C,C,K,-,-,-,? syn=C,C,C,C,C listen=-,-,-,- \
      closed=RA+1,RA+1,RA+0,RA+2,RA+1 rate=2/s data=C,C,D,C,C,C odd=-,- half-open=R,C,K,C,R
      """
    #expect(recording.fingerprint.line == linux)
  }

  @Test func `the keys keep their names and places`() {
    let keys = """
      closed-ack listen-ack reset-window reset-tos reset-traffic-class reset-id reset-route \
      reset-flow-label rst-next rst-middle rst-edge rst-right-edge rst-exact rst-beyond \
      rst-before rst-far rst-ack-wrong-ack syn-exact syn-middle syn-beyond syn-old syn-ack \
      listen-fin listen-null listen-xmas listen-syn-fin closed-fin closed-xmas closed-null \
      closed-syn-fin closed-syn challenge-rate ack-new first-data-ack-before data-hole \
      data-ack-old data-ack-new data-ack-far fin-without-ack no-flags second-syn-in-window \
      second-syn-beyond half-open-rst-exact half-open-rst-in-window half-open-bad-ack
      """
    #expect(BehaviourFingerprint([:]).features.map(\.key).joined(separator: " ") == keys)
  }

  @Test func `a value that a feature cannot have is not known`() {
    #expect(BehaviourFingerprint([.resetNext: "RA+1", .synExact: "?"]).measured.isEmpty)
  }

  @Test(arguments: families)
  func `a Linux host behaves like Linux, and its line says it in either family`(
    _ family: AddressFamily
  ) {
    var recording = FingerprintRecording(FingerprintRecording.linux(family))
    recording.actLikeLinux()
    let fingerprint = recording.fingerprint
    #expect(fingerprint[.resetTOS] == (family == .ipv4 ? "copied" : "?"))
    #expect(fingerprint[.resetTrafficClass] == (family == .ipv6 ? "copied" : "?"))
    #expect(fingerprint[.resetFlowLabel] == (family == .ipv6 ? "own" : "?"))
    #expect(
      fingerprint.candidates().map(\.name)
        == ["Linux 7.1 and later, or 6.18 with the fixes of 2026"])
  }
}

// MARK: - Resets

@Suite struct ResetFeatureTests {
  private func fingerprint(
    _ network: SimulatedNetwork, _ family: AddressFamily = .ipv4
  ) throws -> BehaviourFingerprint {
    BehaviourFingerprint(try network.run(80, family).observations)
  }

  @Test(arguments: families)
  func `a Linux host shows how it resets`(_ family: AddressFamily) throws {
    let seen = try fingerprint(.path(), family)
    let isIPv4 = family == .ipv4
    // Each odd segment goes to the listener once, so that its silence may be a loss.
    let common: [FingerprintFeature: String] = [
      .closedACK: "R", .listenACK: "R", .resetWindow: "0", .closedFIN: "RA+1", .closedXmas: "RA+1",
      .closedNull: "RA+0", .closedSYNFIN: "RA+2", .closedSYN: "RA+1",
    ]
    let own: [FingerprintFeature: String] =
      isIPv4
      ? [.resetTOS: "copied", .resetIdentification: "0D", .resetRoute: "echoed"]
      : [.resetTrafficClass: "copied", .resetFlowLabel: "own"]
    #expect(seen == BehaviourFingerprint(common.merging(own) { $1 }))
  }

  @Test func `a stack that copies nothing and always sets ACK shows it`() throws {
    let seen = try fingerprint(.path(host: .quiet(listening: [80])))
    #expect(seen[.closedACK] == "RA+0" && seen[.listenACK] == "RA+0")
    #expect(seen[.resetWindow] == "other" && seen[.resetTOS] == "0")
    #expect(seen[.resetIdentification] == "i" && seen[.listenSYNFIN] == "SA")
  }

  @Test func `where the path clears DSCP nothing is said about a copy`() throws {
    let seen = try fingerprint(.path(Marking(0), at: 1))
    #expect(seen[.resetTOS] == "?")
    #expect(seen[.closedFIN] == "RA+1" && seen[.resetIdentification] == "0D")
  }

  @Test(arguments: families)
  func `resets of a packet filter on the host are not the stack's`(_ family: AddressFamily) throws {
    let seen = try fingerprint(.path(Reject(.portsExcept([80])), at: 3), family)
    for feature: FingerprintFeature in [.closedACK, .closedFIN, .closedSYN, .listenFIN] {
      #expect(seen[feature] == "?")
    }
    // A stray ACK at the open port still reaches the stack.
    #expect(seen[.listenACK] == "R")
  }

  @Test func `silence behind connection tracking is nobody's`() throws {
    let seen = try fingerprint(.path(ConnectionTracking(.invalidDropped), at: 2))
    #expect(seen[.closedACK] == "R" && seen[.listenACK] == "R")
    for feature: FingerprintFeature in [.closedFIN, .closedNull, .listenFIN, .listenSYNFIN] {
      #expect(seen[feature] == "?")
    }
  }

  @Test(arguments: [(1, "?"), (2, "?"), (4, "-")])
  func `a listener is silent where that was asked often enough and a closed port answers`(
    _ times: Int, _ value: String
  ) {
    var script = Script()
    script.exchange("syn", .synAck())
    for name in ["syn-control", "stray-fin"] { script.exchange(name, Script.control, .reset) }
    script.silence("stray-fin", times: times)
    script.silence("null", times: times)
    #expect(BehaviourFingerprint(script.observations)[.listenFIN] == value)
    // No closed port shows that a segment without flags arrives.
    #expect(BehaviourFingerprint(script.observations)[.listenNull] == "?")
  }

  @Test func `a control port that another machine answers for says nothing`() {
    var script = Script()
    script.exchange("syn", .synAck())
    for name in ["syn-control", "stray-ack", "stray-fin", "null"] {
      script.exchange(name, Script.control, .reset(hopLimit: 63))
    }
    var recording = FingerprintRecording(script)
    recording.actLikeLinux()
    #expect(recording.fingerprint[.closedACK] == "?")
    #expect(recording.fingerprint[.closedFIN] == "?")
    #expect(recording.fingerprint[.resetWindow] == "?")
  }
}

// MARK: - Connections

@Suite struct ConnectionFeatureTests {
  private let open = FingerprintRecording.linux()

  @Test func `an answer from another hop limit than the connection's is not the host's`() {
    var recording = FingerprintRecording(open)
    recording.actLikeLinux()
    recording.results.cells.removeAll { $0.cell == .synExact || $0.cell == .resetMiddle }
    recording.cells(.synExact, draw: "C", hopLimit: 63)
    recording.cells(.resetMiddle, draw: "RK", hopLimit: 63)
    recording.halfOpen(.badAcknowledgement, .reset, .alive, hopLimit: 63)
    recording.challenges(burst: 1, later: [false, true, true], hopLimit: 63)
    for feature: FingerprintFeature in [.synExact, .resetMiddle, .halfOpenBadACK, .challengeRate] {
      #expect(recording.fingerprint[feature] == "?")
    }
    #expect(recording.fingerprint[.synOld] == "C")
  }

  @Test func `an ACK without a window on a connection that has one is a tracking filter's`() {
    var recording = FingerprintRecording(open)
    recording.actLikeLinux()
    recording.results.cells.removeAll { $0.cell == .synExact }
    recording.cells(.synExact, draw: "C", window: 0)
    #expect(recording.fingerprint[.synExact] == "?")
  }

  @Test func `silence to ACKs of what was never sent counts where nothing drops the invalid`() {
    var recording = FingerprintRecording(open)
    recording.cells(.resetNext, .resetMiddle, .synExact, .synAck, draw: "C")
    recording.cells(.dataHole, draw: "D")
    recording.cells(.ackNew, .dataAckNew, draw: "-")
    #expect(recording.fingerprint[.ackNew] == "-")
    #expect(recording.fingerprint[.dataAckNew] == "-")
  }

  @Test func `the same silence says nothing behind connection tracking`() {
    var script = Script()
    script.exchange("syn", .synAck())
    script.exchange("syn-control", Script.control, .reset)
    for name in ["stray-fin", "null", "xmas"] { script.silence(name, Script.control) }
    var recording = FingerprintRecording(script)
    recording.cells(.resetNext, .resetMiddle, .synExact, draw: "C")
    recording.cells(.dataHole, draw: "D")
    recording.cells(.synAck, .ackNew, .dataAckNew, draw: "-")
    #expect(recording.fingerprint[.ackNew] == "?")
    #expect(recording.fingerprint[.synExact] == "C")
  }

  @Test func `resets that vanish but for the nearest are a tracking filter's, not OpenBSD's`() {
    var recording = FingerprintRecording(open)
    recording.cells(.resetNext, .synExact, draw: "C")
    recording.cells(.dataHole, draw: "D")
    recording.cells(.resetMiddle, .resetEdge, .dataAckNew, .dataAckFar, draw: "-")
    #expect(recording.fingerprint[.resetMiddle] == "?")
    #expect(recording.fingerprint[.resetNext] == "C")
    // Where acknowledgements far off get through, the silence is the stack's.
    recording.results.cells.removeAll { $0.cell == .dataAckNew }
    recording.cells(.dataAckNew, draw: "C")
    #expect(recording.fingerprint[.resetMiddle] == "-")
  }

  @Test func `where nothing is kept behind a hole, data that is not taken says nothing`() {
    var recording = FingerprintRecording(open)
    recording.cells(.dataHole, .dataAckOld, draw: "C")
    recording.cells(.dataAckNew, draw: "D")
    #expect(recording.fingerprint[.dataAckOld] == "?")
    #expect(recording.fingerprint[.dataAckNew] == "D")
  }

  @Test(arguments: [Liveness.alive, .gone, .unknown])
  func `what a half-open connection answers does not hang on what became of it`(
    _ liveness: Liveness
  ) {
    var recording = FingerprintRecording(open)
    recording.cells(.resetNext, draw: "C")
    recording.halfOpen(.secondSYNBeyond, .challengeACK, liveness)
    recording.halfOpen(.resetExact, .ignored, liveness)
    let isKnown = liveness != .unknown
    #expect(recording.fingerprint[.secondSYNBeyond] == (isKnown ? "C" : "?"))
    #expect(recording.fingerprint[.halfOpenResetExact] == (liveness == .gone ? "K" : "?"))
    // Its silence counts once a reset inside the window is seen to arrive.
    recording.cells(.resetMiddle, draw: "C")
    #expect((recording.fingerprint[.halfOpenResetExact] == "-") == (liveness == .alive))
  }

  @Test func `half-open connections of a listener with SYN cookies say nothing`() {
    var script = open
    script.exchange("cookie-first", .synAck(number: 1_000_000))
    let asked = script.transcript.attempts.last?.draft.segment?.sequence ?? SequenceNumber(0)
    let second = script.send("cookie-second")
    let next = script.transcript.attempts[second].draft.segment?.sequence ?? asked
    script.answer(second, .synAck(number: UInt32(1_000_000 + next.distance(from: asked))))
    var recording = FingerprintRecording(script)
    recording.actLikeLinux()
    recording.halfOpen(.resetInWindow, .ignored, .alive)
    recording.halfOpen(.badAcknowledgement, .reset, .alive)
    #expect(recording.fingerprint[.halfOpenBadACK] == "?")
    #expect(recording.fingerprint[.resetNext] == "C")
  }

  @Test(arguments: [
    (1, [false, true, true], "2/s"), (1, [false, true, false], "2/s"),
    (1, [false, false, true], "?"), (1, [true, true, true], "?"), (2, [false, true, true], "?"),
    (5, [false, false, true], "3-6/s"), (4, [false, false, true], "3-6/s"),
    (5, [true, true, true], "?"), (7, [false, false, true], "?"), (8, [true, true, true], "none"),
    (7, [true, false, true], "none"), (8, [false, false, true], "?"),
    (6, [true, true, false], "?"),
  ])
  func `the ration is a word only where losses cannot make it another`(
    _ burst: Int, _ later: [Bool], _ word: String
  ) {
    var recording = FingerprintRecording(open)
    recording.cells(.resetNext, draw: "C")
    recording.challenges(burst: burst, later: later)
    #expect(recording.fingerprint[.challengeRate] == word)
  }
}
