import RSTTestSupport
import RSTWire

@testable import RSTCore

/// Connections of our own behind a written exchange: what each segment drew, two routers away.
struct FingerprintRecording {
  var results = SessionResults()
  private var transcript: Transcript
  private let target: Target

  init(_ script: Script) {
    transcript = script.transcript
    target = script.target
  }

  var fingerprint: BehaviourFingerprint {
    BehaviourFingerprint(Observations(transcript, of: target, sessions: results))
  }

  /// A segment of the matrix, as often as a letter of the fingerprint needs to be certain.
  mutating func cells(
    _ cells: Cell..., draw letter: String, hopLimit: UInt8 = 62, window: UInt16 = 509
  ) {
    for cell in cells {
      for _ in 0..<(letter == "-" ? results.proof : 2) {
        let isGone = letter == "K" || letter == "RK"
        let answer = letter == "C" ? [receive(.acknowledgement, hopLimit, window)] : []
        let reset = letter == "RK" ? [receive(.reset, hopLimit, 0)] : []
        let liveness = isGone ? receive(.reset, 62, 0) : receive(.acknowledgement, 62, 509)
        results.cells.append(
          CellObservation(
            cell: cell, attempt: 0, packets: [], acknowledgements: answer, resets: reset,
            others: [], liveness: isGone ? .gone : .alive, livenessPacket: liveness,
            isAccepted: letter == "D", isClosedByPeer: false))
      }
    }
  }

  /// A question to a half-open connection.
  mutating func halfOpen(
    _ question: HalfOpenQuestion, _ reaction: HalfOpenObservation.Reaction, _ liveness: Liveness,
    hopLimit: UInt8 = 62
  ) {
    for _ in 0..<results.proof {
      let answer = receive(reaction == .reset ? .reset : .acknowledgement, hopLimit, 0)
      results.halfOpen.append(
        HalfOpenObservation(
          question: question, attempt: 0, answer: answer, reaction: reaction, liveness: liveness,
          packets: [answer]))
    }
  }

  /// Eight questions at once and three later ones: which are answered, 20 ms after each.
  mutating func challenges(burst: Int, later: [Bool], hopLimit: UInt8 = 62) {
    let start = Moment(nanoseconds: 5_000_000_000)
    let times = [280, 540, 1_080].map { start + .milliseconds($0) }
    let asked = Array(repeating: start, count: 8) + times
    let answered =
      Array(repeating: start, count: burst) + zip(times, later).filter(\.1).map(\.0)
    results.challengeRate = ChallengeRateObservation(
      attempt: 0, asked: asked, answered: answered.map { $0 + .milliseconds(20) },
      packets: answered.map { _ in receive(.acknowledgement, hopLimit, 509) }, burst: 8)
  }

  private mutating func receive(_ flags: TCPFlags, _ hopLimit: UInt8, _ window: UInt16) -> Int {
    let index = transcript.packets.count
    let first = transcript.packets[0].packet
    let network = AnswerHeader(hopLimit: hopLimit).answering(first)
    let packet = Packet(
      network: network,
      tcp: TCPHeader(
        sourcePort: 80, destinationPort: 20_001, sequence: SequenceNumber(1), flags: flags,
        window: window))
    transcript.packets.append(
      RecordedPacket(
        index: index, moment: Moment(nanoseconds: 9_000_000_000), direction: .received,
        packet: packet, attempt: 0))
    return index
  }
}

extension FingerprintRecording {
  /// An open port and a closed one of a Linux host, before any connection of our own.
  static func linux(_ family: AddressFamily = .ipv4) -> Script {
    var script = Script(family)
    script.exchange("syn", .synAck())
    script.exchange("stray-ack", .reset)
    script.showClosedControl()
    for name in ["stray-fin", "null", "xmas", "syn-fin"] { script.silence(name, times: 4) }
    return script
  }

  /// The matrix of FACTS, section 4, on Linux 6.18, and its ration.
  mutating func actLikeLinux() {
    cells(.resetExact, draw: "K")
    cells(.resetNext, .resetMiddle, .resetEdge, .resetRightEdge, draw: "C")
    cells(.resetBeyond, .resetBefore, .resetFar, .finWithoutAck, .noFlags, draw: "-")
    cells(.synExact, .synMiddle, .synBeyond, .synOld, .synAck, draw: "C")
    cells(.dataHole, draw: "D")
    cells(.dataAckOld, .dataAckNew, .dataAckFar, .ackNew, .firstDataAckBefore, draw: "C")
    challenges(burst: 1, later: [false, true, true])
  }
}
