import RSTCore
import RSTWire

/// Hand-made diagnoses, one for each kind of report.
enum Samples {
  /// All of them, for what must hold of every report.
  static let all: [Diagnosis] =
    [
      closed, rejectedByHost, dropped, inconclusive, closedIPv6, hostile, empty, extreme,
    ] + interference

  static let us = IPAddress.v4(IPv4Address(rawValue: 0xcb00_7102))
  static let router = IPAddress.v4(IPv4Address(rawValue: 0xcb00_7101))
  static let second = IPAddress.v4(IPv4Address(rawValue: 0xc633_6401))
  static let host = IPAddress.v4(IPv4Address(rawValue: 0xc000_020a))

  /// A run against 192.0.2.10 port 443 that a conclusion is put to.
  static func diagnosis(
    _ recording: Recording, _ conclusion: Conclusion, name: String = "www.example.com",
    elapsed: Duration = .milliseconds(62), interface: String = "eth0", drops: Int = 0,
    isInterrupted: Bool = false
  ) -> Diagnosis {
    let packets = recording.transcript.packets
    let isIPv4 = recording.target.family == .ipv4
    return Diagnosis(
      target: Target(name: name, address: recording.target, port: recording.port),
      vantage: Vantage(
        source: recording.us, interface: interface, nextHop: isIPv4 ? router : nil),
      timing: Timing(
        started: Moment(nanoseconds: 0), elapsed: elapsed,
        roundTrip: packets.count > 1 ? .microseconds(20_310) : nil,
        packetsSent: packets.count { $0.direction == .sent },
        packetsReceived: packets.count { $0.direction == .received }, captureDrops: drops,
        isInterrupted: isInterrupted),
      transcript: recording.transcript, conclusion: conclusion)
  }

  static func recording() -> Recording { Recording(us: us, target: host, port: 443) }

  static func code(_ word: String) -> FindingCode { FindingCode(rawValue: word) }

  /// The host's own stack refuses.
  static let closed: Diagnosis = {
    var run = recording()
    let syn = run.probe("syn", at: 0, note: "SYN as an operating system sends it")
    let control = run.probe(
      "syn", at: 200, subject: .control(port: 51_234), note: "SYN to a control port")
    let stray = run.probe(
      "stray-ack", at: 400, subject: .control(port: 51_235), flags: .acknowledgement,
      acknowledgement: 5000, note: "ACK without a connection")
    run.answer(
      syn, at: 20_310, flags: [.reset, .acknowledgement], note: "reset of the host")
    run.answer(
      control, at: 20_520, flags: [.reset, .acknowledgement], note: "reset of the host")
    run.answer(
      stray, at: 20_710, flags: .reset, sequence: 5000, acknowledgement: 0,
      note: "reset of the host")
    let finding = Finding(
      code: code("closed-port"), confidence: 0.973, responder: .host, phase: .handshake,
      evidence: [
        Evidence(
          "traffic-class-copied", weight: 2.5,
          detail: "The reset copies the traffic class 0x28 of the probe, as the host's stack does.",
          packets: [0, 3], source: "Linux net/ipv4/tcp_ipv4.c, tcp_v4_send_reset"),
        Evidence(
          "like-control", weight: 1.2,
          detail: "A control port answers with the same kind of reset.", packets: [1, 4],
          source: "RFC 9293, section 3.10.7.1"),
        Evidence(
          "control-count", weight: -0.2, detail: "Only one control port was asked.", packets: [4],
          source: "none"),
      ],
      explanation: "Nothing listens on the port, and the host says so itself.",
      nextStep: "Start the service, or ask for the port that it listens on.")
    return diagnosis(
      run,
      Conclusion(
        verdict: Verdict(
          port: .closed, responder: .host, confidence: 0.973, hop: 3, hopRange: 3...3),
        headline:
          "Port 443 of www.example.com (192.0.2.10) is closed: the host's own stack refuses, "
          + "3 hops away.",
        findings: [finding],
        considered: [
          Finding(
            code: code("host-firewall-reset"), confidence: 0.02, responder: .hostFirewall,
            evidence: [], explanation: "", nextStep: "")
        ],
        path: [
          Hop(number: 1, address: router), Hop(number: 2, address: nil),
          Hop(number: 3, address: host),
        ],
        nextStep: "Start the service, or ask for the port that it listens on."))
  }()

  /// A packet filter on the host refuses with an ICMP error.
  static let rejectedByHost: Diagnosis = {
    var run = recording()
    let syn = run.probe("syn", at: 0, note: "SYN as an operating system sends it")
    run.error(
      syn, at: 20_400, type: 3, code: 13, from: host, hopLimit: 62,
      note: "communication administratively prohibited")
    let finding = Finding(
      code: code("firewall-icmp-reject"), confidence: 1, responder: .hostFirewall,
      phase: .handshake,
      evidence: [
        Evidence(
          "icmp-prohibited", weight: 6,
          detail: "ICMP says that communication is administratively prohibited.", packets: [1],
          source: "RFC 1812, section 5.2.7.1")
      ],
      explanation: "A packet filter on the host refuses on purpose.",
      nextStep: "Look at the rules on the host.", hopRange: 2...3,
      occurrences: .init(count: 3, total: 4))
    return diagnosis(
      run,
      Conclusion(
        verdict: Verdict(
          port: .rejected, responder: .hostFirewall, confidence: 1, hopRange: 2...3),
        headline: "Port 443 of 192.0.2.10 is rejected by a packet filter on the host.",
        findings: [finding], considered: [], path: [],
        nextStep: "Look at the rules on the host."), name: "192.0.2.10")
  }()

  /// Silence that begins behind the first router; one probe never left.
  static let dropped: Diagnosis = {
    var run = recording()
    run.probe("syn", at: 0, note: "SYN as an operating system sends it")
    let ladder = run.probe("ladder", at: 100, flight: 2, hopLimit: 1, note: "hop limit 1")
    run.error(ladder, at: 900, type: 11, code: 0, from: router, note: "time exceeded in transit")
    run.probe(
      "null", at: 1000, flags: [],
      departure: .refused(Refusal(cause: .filtered, text: "Operation not permitted")))
    run.probe("xmas", at: 1100, departure: .notSeen)
    let control = run.probe("syn", at: 1200, subject: .control(port: 80), note: "SYN to port 80")
    run.answer(
      control, at: 21_900, flags: [.syn, .acknowledgement], sequence: 9000, window: 65_160,
      trafficClass: 0,
      options: [
        .maximumSegmentSize(1460), .selectiveAcknowledgementPermitted,
        .timestamps(value: 77, echo: 5), .noOperation, .windowScale(7),
      ], note: "the host answers here")
    let finding = Finding(
      code: code("silent-drop"), confidence: 0.996, responder: .none, phase: .handshake,
      evidence: [
        Evidence(
          "silence", weight: 4, detail: "SYNs got no answer, while port 80 answered.",
          packets: [0, 3, 4], source: "RFC 9293, section 3.10.7")
      ],
      explanation: "The packets vanish on the way.",
      nextStep: "Ask who runs the device behind 203.0.113.1.",
      droppedBetween: [Hop(number: 1, address: router), Hop(number: 2, address: nil)])
    return diagnosis(
      run,
      Conclusion(
        verdict: Verdict(port: .dropped, responder: .none, confidence: 0.996, hopRange: 1...2),
        headline: "Port 443 of www.example.com (192.0.2.10) is dropped between hops 1 and 2.",
        findings: [finding], considered: [], path: [Hop(number: 1, address: router)],
        nextStep: "Capture on both sides of hop 2 to see which one loses the SYN."),
      elapsed: .milliseconds(2960), drops: 2)
  }()
}
