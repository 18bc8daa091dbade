import RSTTestSupport
import RSTWire
import Testing

@testable import RSTCore

/// How a packet is read as an answer to a probe.
@Suite struct ReplyTests {
  static func kind(_ probe: String, _ change: @escaping @Sendable (inout TCPHeader) -> Void)
    -> Reply.Kind?
  {
    var script = Script()
    let attempt = script.send(probe)
    script.answer(
      attempt,
      Answer { asked in
        guard let syn = asked.tcp else { return nil }
        var header = TCPHeader(
          sourcePort: syn.destinationPort, destinationPort: syn.sourcePort,
          sequence: SequenceNumber(0), flags: [.reset, .acknowledgement])
        // By default what RFC 9293, 3.5.2 asks for.
        if syn.flags.contains(.acknowledgement) {
          header.flags = .reset
          header.sequence = syn.acknowledgement
        } else {
          header.acknowledgement = syn.sequence + syn.length(payload: asked.payload.count)
        }
        change(&header)
        return Packet(network: AnswerHeader(hopLimit: 62).answering(asked), tcp: header)
      })
    return script.observations.exchanges[attempt].replies.first?.kind
  }

  @Test(arguments: [
    "syn", "bare-syn", "ecn-syn", "syn-fin", "syn-data", "stray-fin", "null", "xmas", "stray-ack",
    "stray-fin-ack",
  ])
  func `the reset that RFC 9293, 3.5.2 asks for is acceptable`(_ probe: String) {
    #expect(Self.kind(probe) { _ in } == .reset)
  }

  @Test func `a reset of a SYN that acknowledges nothing of it is not (3.10.7.3)`() {
    for offset in [-100_000, -1, 1, 2, 1_000, 100_000] {
      let kind = Self.kind("syn") { $0.acknowledgement = $0.acknowledgement + offset }
      #expect(kind == .unacceptableReset, "acknowledges \(offset) too much")
    }
  }

  @Test func `stacks that do not count FIN, or the data, are forgiven`() {
    #expect(Self.kind("syn-fin") { $0.acknowledgement = $0.acknowledgement - 1 } == .reset)
    #expect(Self.kind("stray-fin") { $0.acknowledgement = $0.acknowledgement - 1 } == .reset)
    #expect(Self.kind("syn-data") { $0.acknowledgement = $0.acknowledgement - 10 } == .reset)
    #expect(
      Self.kind("syn-data") { $0.acknowledgement = $0.acknowledgement + 1 } == .unacceptableReset)
  }

  @Test func `a reset of an ACK takes its number from it, with or without ACK of its own`() {
    #expect(Self.kind("stray-ack") { $0.flags = [.reset, .acknowledgement] } == .reset)
    #expect(
      Self.kind("stray-ack") { $0.sequence = $0.sequence + 1 } == .unacceptableReset)
  }

  @Test func `SYN ACK counts only where it acknowledges our SYN`() {
    #expect(Self.kind("syn") { $0.flags = [.syn, .acknowledgement] } == .synAck)
    #expect(
      Self.kind("syn") {
        $0.flags = [.syn, .acknowledgement]
        $0.acknowledgement = $0.acknowledgement + 1
      } == .oddSYN)
    #expect(Self.kind("syn") { $0.flags = .syn } == .oddSYN)
    #expect(Self.kind("syn") { $0.flags = .acknowledgement } == .segment)
  }

  @Test(arguments: families)
  func `ICMP errors are read by what they say`(_ family: AddressFamily) {
    var script = Script(family)
    let syn = script.send("syn")
    script.answer(syn, .prohibited(from: 1))
    script.answer(syn, .timeExceeded(from: 1))
    script.answer(syn, .error(type: family == .ipv4 ? 3 : 2, code: family == .ipv4 ? 4 : 0))
    let kinds = script.observations.exchanges[syn].replies.map(\.kind)
    #expect(kinds == [.unreachable(.prohibited), .timeExceeded, .otherError])
  }

  @Test(arguments: families)
  func `an echo reply answers an echo request`(_ family: AddressFamily) {
    var script = Script(family)
    script.exchange("echo", .host, .echoReply)
    #expect(script.observations.exchanges[0].replies.map(\.kind) == [.echoReply])
    #expect(script.observations.exchanges[0].directReply?.distance == 3)
  }

  @Test func `what comes after our last ACK left is no answer to the SYN`() {
    var script = Script()
    let syn = script.send("syn")
    script.answer(syn, .synAck())
    script.acknowledge(syn)
    script.answer(syn, .handshakeReset())
    script.answer(syn, .synAck())
    let exchange = script.observations.exchanges[syn]
    #expect(exchange.replies.map(\.kind) == [.synAck, .synAck])
    #expect(exchange.afterHandshake.count == 1)
  }
}
