import RSTCore
import RSTTestSupport
import RSTWire
import Testing

/// What a run leaves at the target: nothing.
@Suite struct CourtesyTests {
  /// Segments of ours that are no probes: what was sent on a connection, by source port.
  static func further(_ run: SimulatedRun) -> [TCPHeader] {
    run.investigation.transcript.packets.filter { record in
      let attempt = run.investigation.transcript.attempts[record.attempt]
      return record.direction == .sent && attempt.departure != .seen(packet: record.index)
    }.compactMap(\.packet.tcp)
  }

  @Test(arguments: families)
  func `no half-open connection stays, and no established one`(_ family: AddressFamily) throws {
    let run = try SimulatedNetwork.path().run(80, family)
    #expect(run.network.host.connections.isEmpty)
  }

  @Test(arguments: families)
  func `a host that takes SYN with FIN is left clean too`(_ family: AddressFamily) throws {
    let run = try SimulatedNetwork.path(host: .quiet(listening: [80])).run(80, family)
    #expect(run.network.host.connections.isEmpty)
  }

  @Test(arguments: families)
  func `a half-open connection is taken back by an exact reset (RFC 5961, 3.2)`(
    _ family: AddressFamily
  ) throws {
    let run = try SimulatedNetwork.path().run(80, family)
    let transcript = run.investigation.transcript
    let bare = try #require(transcript.attempts.first { $0.probe == "bare-syn" })
    let syn = try #require(bare.draft.segment)
    let reset = try #require(
      transcript.packets.last { $0.attempt == bare.id && $0.direction == .sent }?.packet.tcp)
    #expect(reset.flags == .reset)
    #expect(reset.sequence == syn.sequence + 1)
    #expect(reset.options.isEmpty)
  }

  @Test(arguments: families)
  func `the full handshake is closed with FIN, and its answer acknowledged`(
    _ family: AddressFamily
  ) throws {
    let run = try SimulatedNetwork.path().run(80, family)
    let flags = Self.further(run).map(\.flags)
    #expect(flags.contains(.acknowledgement))
    #expect(flags.contains([.fin, .acknowledgement]))
    #expect(!flags.contains([.reset, .acknowledgement]))
  }

  @Test(arguments: families)
  func `a peer that does not close is reset, exactly, after our FIN`(
    _ family: AddressFamily
  ) throws {
    var host = SimulatedHost.linux(listening: [80])
    host.closesAfterClient = false
    let run = try SimulatedNetwork.path(host: host).run(80, family)
    #expect(run.conclusion.verdict.port == .open)
    #expect(run.network.host.connections.isEmpty)
    let flags = Self.further(run).map(\.flags)
    let fin = try #require(flags.firstIndex(of: [.fin, .acknowledgement]))
    let reset = try #require(flags.lastIndex(of: [.reset, .acknowledgement]))
    #expect(fin < reset)
  }

  @Test(arguments: families)
  func `a banner is acknowledged, and the connection closed`(_ family: AddressFamily) throws {
    var host = SimulatedHost.linux(listening: [80])
    host.banner = Array("220 ready\r\n".utf8)
    let run = try SimulatedNetwork.path(host: host).run(80, family)
    #expect(run.conclusion.verdict.port == .open)
    #expect(run.network.host.connections.isEmpty)
  }

  @Test(arguments: families)
  func `control ports with a listener are left clean as well`(_ family: AddressFamily) throws {
    let everything = Set(UInt16(1)...65_535)
    let run = try SimulatedNetwork.path(host: .linux(listening: everything)).run(80, family)
    #expect(run.network.host.connections.isEmpty)
    #expect(run.conclusion.verdict.port == .open)
  }

  @Test(arguments: families)
  func `what is established when the user interrupts is reset`(_ family: AddressFamily) throws {
    var kernel = SimulatedKernel()
    // Just after our ACK of the first SYN ACK, 20 ms after the start.
    kernel.interruption = Moment(nanoseconds: 1_022_000_000)
    let run = try SimulatedRun(port: 80, family, .path(), kernel: kernel)
    #expect(run.timing.isInterrupted)
    #expect(Self.further(run).contains { $0.flags == [.reset, .acknowledgement] })
    #expect(run.network.host.connections.values.allSatisfy { $0.state == .synReceived })
    // A reset of our acknowledgement would not have come yet.
    #expect(run.conclusion.verdict.port == .inconclusive)
    #expect(run.conclusion.verdict.alternatives.first?.port == .open)
  }

  @Test(arguments: families)
  func `only the target is sent anything, and only from our address`(
    _ family: AddressFamily
  ) throws {
    for port in [UInt16(80), 81] {
      let run = try SimulatedNetwork.path().run(port, family)
      let headers = run.sent.map { $0.packet.network }
      #expect(Set(headers.map { $0.source }) == [SimulatedRun.prober(family)])
      #expect(Set(headers.map { $0.destination }) == [SimulatedRun.target(family)])
    }
  }
}
