import RSTTestSupport
import RSTWire
import Testing

@testable import RSTCore

/// Which packets are ours.
@Suite struct FlowTableTests {
  /// What was sent in a script, and a table that knows it.
  struct Sent {
    let attempts: [Attempt]
    let table: FlowTable
    let family: AddressFamily

    init(_ family: AddressFamily, _ write: (inout Script) -> Void) {
      var script = Script(family)
      write(&script)
      var table = FlowTable(
        source: SimulatedRun.prober(family), destination: SimulatedRun.target(family))
      attempts = script.transcript.attempts
      attempts.forEach { table.add($0) }
      self.table = table
      self.family = family
    }

    func packet(_ attempt: Int) throws -> Packet {
      try #require(Packet(datagram: attempts[attempt].draft.encoded()))
    }

    func match(_ packet: Packet?) throws -> (attempt: Int, direction: Direction)? {
      try table.match(#require(packet), among: attempts)
    }
  }

  @Test(arguments: families)
  func `our own packets and their answers belong to their attempt`(
    _ family: AddressFamily
  ) throws {
    let sent = Sent(family) {
      $0.send("syn")
      $0.send("stray-ack", Script.control)
      $0.send("echo", .host)
    }
    for attempt in 0..<3 {
      let own = try sent.match(sent.packet(attempt))
      #expect(own?.attempt == attempt)
      #expect(own?.direction == .sent)
      let answer = attempt == 2 ? Answer.echoReply : Answer.reset
      let answered = try sent.match(answer.packet(sent.packet(attempt)))
      #expect(answered?.attempt == attempt)
      #expect(answered?.direction == .received)
      let refused = try sent.match(Answer.timeExceeded(from: 1).packet(sent.packet(attempt)))
      #expect(refused?.attempt == attempt)
      #expect(refused?.direction == .received)
    }
  }

  @Test(arguments: families)
  func `rungs that share a flow are told apart by their numbers`(_ family: AddressFamily) throws {
    for probe in ["ladder-syn", "ladder-ack"] {
      let sent = Sent(family) { script in
        for rung in 1...6 { script.send(probe, hopLimit: UInt8(rung)) }
      }
      for attempt in 0..<6 {
        #expect(try sent.match(sent.packet(attempt))?.attempt == attempt)
        #expect(try sent.match(Answer.reset.packet(sent.packet(attempt)))?.attempt == attempt)
        let error = Answer.timeExceeded(from: 1)
        #expect(try sent.match(error.packet(sent.packet(attempt)))?.attempt == attempt)
      }
    }
  }

  @Test(arguments: families)
  func `our later packets on a shared flow belong to the rung they follow`(
    _ family: AddressFamily
  ) throws {
    let sent = Sent(family) { script in
      for rung in 1...4 { script.send("ladder-syn", hopLimit: UInt8(rung)) }
    }
    // The reset that takes the half-open connection of the third rung back.
    var draft = sent.attempts[2].draft
    var reset = try #require(draft.segment)
    reset.flags = .reset
    reset.sequence = reset.sequence + 1
    draft.content = .segment(reset)
    let match = try sent.match(Packet(datagram: draft.encoded()))
    #expect(match?.direction == .sent)
    #expect(match?.attempt == 2)
  }

  @Test(arguments: families)
  func `other addresses, ports and quotes are nobody's`(_ family: AddressFamily) throws {
    let sent = Sent(family) { $0.send("syn") }
    var draft = sent.attempts[0].draft
    var segment = try #require(draft.segment)
    segment.sourcePort = 9
    draft.content = .segment(segment)
    #expect(try sent.match(Packet(datagram: draft.encoded())) == nil)
    let asked = try #require(Packet(datagram: draft.encoded()))
    #expect(try sent.match(Answer.reset.packet(asked)) == nil)
    #expect(try sent.match(Answer.prohibited(from: 1).packet(asked)) == nil)
    // From somebody else's address, with our port.
    draft = sent.attempts[0].draft
    draft.destination = SimulatedNetwork.addresses(ofRouter: 9)[family] ?? draft.destination
    let elsewhere = try #require(Packet(datagram: draft.encoded()))
    #expect(try sent.match(Answer.reset.packet(elsewhere)) == nil)
    #expect(try sent.match(Answer.prohibited(from: 1).packet(elsewhere)) == nil)
  }

  @Test(arguments: families)
  func `a quote with our ports and a number that we never sent is nobody's`(
    _ family: AddressFamily
  ) throws {
    let sent = Sent(family) { $0.send("syn") }
    var draft = sent.attempts[0].draft
    var segment = try #require(draft.segment)
    segment.sequence = segment.sequence + 1
    draft.content = .segment(segment)
    let asked = try #require(Packet(datagram: draft.encoded()))
    #expect(try sent.match(Answer.prohibited(from: 1).packet(asked)) == nil)
  }

  @Test(arguments: families)
  func `any segment of a connection may be quoted, and none of another one`(
    _ family: AddressFamily
  ) throws {
    let sent = Sent(family) {
      $0.send("syn")
      $0.send("syn")
    }
    var attempts = sent.attempts
    for index in attempts.indices { attempts[index].part = .connections }
    for index in attempts.indices {
      var draft = attempts[index].draft
      var segment = try #require(draft.segment)
      for step in [0, 1, 700, 1 << 30] {
        segment.sequence = segment.sequence + step
        segment.flags = [.acknowledgement, .push]
        segment.payload = [1, 2, 3]
        draft.content = .segment(segment)
        let asked = try #require(Packet(datagram: draft.encoded()))
        let error = try #require(Answer.timeExceeded(from: 1).packet(asked))
        let match = sent.table.match(error, among: attempts)
        #expect(match?.attempt == index)
        #expect(match?.direction == .received)
      }
      // The same ports at another service of the host are somebody else's.
      segment.destinationPort = 81
      draft.content = .segment(segment)
      let asked = try #require(Packet(datagram: draft.encoded()))
      let error = try #require(Answer.timeExceeded(from: 1).packet(asked))
      #expect(sent.table.match(error, among: attempts) == nil)
    }
  }

  @Test func `towards ourselves the ports tell the direction`() throws {
    let own = SimulatedRun.prober(.ipv4)
    var script = Script()
    script.send("syn")
    var attempts = script.transcript.attempts
    attempts[0].draft.destination = own
    var table = FlowTable(source: own, destination: own)
    table.add(attempts[0])
    let asked = try #require(Packet(datagram: attempts[0].draft.encoded()))
    let answer = try #require(Answer.reset.packet(asked))
    #expect(table.match(asked, among: attempts)?.direction == .sent)
    #expect(table.match(answer, among: attempts)?.direction == .received)
  }
}
