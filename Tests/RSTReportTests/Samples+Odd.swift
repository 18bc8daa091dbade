import RSTCore
import RSTWire

extension Samples {
  /// Two readings that the evidence leaves.
  static let inconclusive: Diagnosis = {
    var run = recording()
    run.probe("syn", at: 0, isSettled: false, note: "SYN as an operating system sends it")
    return diagnosis(
      run,
      Conclusion(
        verdict: Verdict(
          port: .inconclusive, responder: .unknown, confidence: 0.55,
          alternatives: [
            Alternative(port: .dropped, responder: .none, confidence: 0.55),
            Alternative(port: .overloaded, responder: .host, confidence: 0.45),
          ]),
        headline: "Port 443 of www.example.com (192.0.2.10): inconclusive.", findings: [],
        considered: [
          Finding(
            code: code("silent-drop"), confidence: 0.499_99, responder: .none,
            evidence: [
              Evidence(
                "silence", weight: 0.5, detail: "One SYN got no answer.", packets: [0],
                source: "RFC 9293, section 3.8.1")
            ], explanation: "", nextStep: "")
        ], path: [], nextStep: "Run again on a quieter path."), isInterrupted: true)
  }()

  /// A closed port of an IPv6 host on the link.
  static let closedIPv6: Diagnosis = {
    let prefix = UInt128(0x2001_0db8) << 96
    var run = Recording(
      us: .v6(IPv6Address(rawValue: prefix | 2)), target: .v6(IPv6Address(rawValue: prefix | 10)),
      port: 22)
    let syn = run.probe("syn", at: 0, note: "SYN as an operating system sends it")
    run.answer(
      syn, at: 412, flags: [.reset, .acknowledgement], hopLimit: 64, flowLabel: 0xabcde,
      note: "reset of the host")
    let finding = Finding(
      code: code("closed-port"), confidence: 0.999, responder: .host, phase: .handshake,
      evidence: [
        Evidence(
          "flow-label", weight: 3, detail: "The reset carries a flow label of its own.",
          packets: [1], source: "Linux net/ipv6/tcp_ipv6.c")
      ], explanation: "Nothing listens on the port.", nextStep: "Start the service.")
    return diagnosis(
      run,
      Conclusion(
        verdict: Verdict(port: .closed, responder: .host, confidence: 0.999, hop: 1),
        headline: "Port 22 of 2001:db8::a is closed: the host's own stack refuses, 1 hop away.",
        findings: [finding], considered: [],
        path: [Hop(number: 1, address: run.target)], nextStep: "Start the service."),
      name: "2001:db8::a", elapsed: .microseconds(3_405))
  }()

  /// Strings that try to reach the terminal.
  static let attack = "a\u{1b}[2J\u{9b}31mb\u{202e}c\u{7f}\u{0}\r\nd\u{2028}e\u{200b}\"\\"

  /// Every string from outside is an attack.
  static let hostile: Diagnosis = {
    var run = recording()
    let syn = run.probe("syn\(attack)", at: 0, note: attack)
    run.answer(syn, at: 10, flags: .reset, anomalies: [Anomaly(rawValue: attack)], note: attack)
    run.probe("null", at: 20, departure: .refused(Refusal(cause: .other, text: attack)))
    let evidence = Evidence("attack", weight: .nan, detail: attack, packets: [1], source: attack)
    let finding = Finding(
      code: code("unexplained-reset"), confidence: 0.6, responder: .unknown,
      evidence: [evidence], explanation: attack, nextStep: attack)
    return diagnosis(
      run,
      Conclusion(
        verdict: Verdict(port: .closed, responder: .unknown, confidence: .nan),
        headline: attack, findings: [finding], considered: [], path: [], nextStep: attack + "!"),
      name: attack + String(repeating: "x", count: 5000), interface: attack)
  }()

  /// Nothing was sent: no text, no packet.
  static let empty = diagnosis(
    recording(),
    Conclusion(
      verdict: Verdict(
        port: .inconclusive, responder: .unknown, confidence: 0,
        alternatives: [
          Alternative(port: .open, responder: .host, confidence: 0),
          Alternative(port: .closed, responder: .host, confidence: 0),
        ]), headline: "", findings: [], considered: [], path: [], nextStep: ""),
    name: "", elapsed: .zero, isInterrupted: true)

  /// Every cell of the ladder as wide as it gets.
  static let extreme: Diagnosis = {
    var run = recording()
    let syn = run.probe(
      "ladder", at: 99_999_999_999, flags: TCPFlags(rawValue: 0xff), hopLimit: 255,
      note: "a remark that is a little longer than the line has room for, wrapped between words")
    for _ in 0..<1000 {
      run.answer(
        syn, at: 99_999_999_999, flags: [.syn, .acknowledgement, .urgent],
        sequence: 0x8000_0000 + 1000, acknowledgement: 0x8000_0000 + 1000, window: 65_535,
        hopLimit: 255, trafficClass: 0xff, payload: Array(repeating: 0, count: 9999),
        anomalies: [.badChecksum, .reservedBits], note: "")
    }
    run.answer(
      syn, at: -99_999_999_999, flags: [.fin, .push, .urgent], sequence: 0x8000_0000 + 1000,
      acknowledgement: 0xffff_ffff, window: 65_535, hopLimit: 255, trafficClass: 0xff,
      payload: Array(repeating: 0, count: 65_000), note: "odd")
    run.error(
      syn, at: .max / 1000, type: 255, code: 255, from: router, hopLimit: 255,
      note: "ICMP of no known kind")
    run.record(
      .received, at: .min / 1000, attempt: 99,
      Packet(
        network: .ipv4(
          IPv4Header(
            identification: 65_535, protocolNumber: 132,
            source: IPv4Address(rawValue: 0xc000_020a),
            destination: IPv4Address(rawValue: 0xcb00_7102), options: [7, 3, 4, 0])),
        transport: .other(protocolNumber: 132)), note: "not TCP")
    return diagnosis(
      run,
      Conclusion(
        verdict: Verdict(port: .open, responder: .host, confidence: 0.9999, hop: 255),
        headline: String(repeating: "wide 宽字符 ", count: 40), findings: [], considered: [],
        path: (0...255).map { Hop(number: $0, address: $0 == 255 ? host : nil) },
        nextStep: String(repeating: "word ", count: 100)), elapsed: .seconds(123_456))
  }()
}
