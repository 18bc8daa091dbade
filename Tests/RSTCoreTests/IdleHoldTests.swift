import RSTTestSupport
import RSTWire
import Testing

@testable import RSTCore

/// Connections left alone, from the handshake to the farewell.
@Suite struct IdleHoldTests {
  static let short = IdleLadder(upTo: .seconds(8))
  static let sixMinutes = IdleLadder(upTo: .seconds(360))

  @Test func `the time needed is the longest hold, not the sum`() {
    let run = IdleRun(Self.sixMinutes)
    #expect(run.elapsed >= .seconds(360))
    #expect(run.elapsed < .seconds(361))
    #expect(run.results.holds.count == Self.sixMinutes.rungs.count)
    #expect(run.results.holds.allSatisfy { $0.liveness == .alive && $0.questions == 1 })
  }

  @Test func `nothing is sent on a connection while it is left alone`() throws {
    let run = IdleRun(Self.short)
    let longest = try #require(run.results.holds.last)
    let sent = longest.packets.map { run.transcript.packets[$0].moment }
    let gaps = zip(sent, sent.dropFirst()).map { $1 - $0 }
    #expect(gaps.contains { $0 > .milliseconds(7_900) })
    #expect(sent.count <= 4)
  }

  @Test(arguments: [IdlePeer(), IdlePeer { $0.closesAfter = { _ in .seconds(3) } }])
  func `the target keeps no connection`(_ peer: IdlePeer) {
    let run = IdleRun(Self.short, peer)
    #expect(run.peer.open == 0)
  }

  @Test func `keep-alives of the peer are noted with their times, and count as traffic`() throws {
    let run = IdleRun(Self.short, IdlePeer { $0.keepAlive = .seconds(3) })
    let longest = try #require(run.results.holds.first { $0.planned == .seconds(8) })
    #expect(longest.events.map(\.kind) == [.keepAlive, .keepAlive])
    #expect(longest.events.allSatisfy { abs($0.after.seconds - 3) < 0.1 })
    #expect(longest.held < .seconds(3))
    #expect(longest.survived < .milliseconds(3_100))
  }

  @Test func `last words do not hide how long it was quiet before the end`() throws {
    let run = IdleRun(
      Self.short,
      IdlePeer {
        $0.closesAfter = { _ in .seconds(4) }
        $0.lastWords = Array("HTTP/1.0 408 Request Time-out\r\n\r\n".utf8)
      })
    let longest = try #require(run.results.holds.first { $0.planned == .seconds(8) })
    #expect(longest.events.map(\.kind) == [.data, .fin])
    #expect(abs(longest.held.seconds - 4) < 0.1)
  }

  /// The ladder opens its longest hold first, from the first port.
  @Test func `a hold begins when the last SYN ACK is answered`() throws {
    let run = IdleRun(
      Self.short,
      IdlePeer {
        $0.closesAfter = { _ in .seconds(5) }
        $0.acceptsLate = { $0 == 20_000 }
      })
    let longest = try #require(run.results.holds.first { $0.planned == .seconds(8) })
    #expect(abs(longest.held.seconds - 5) < 0.1)
    let answers = run.transcript.packets.filter {
      $0.attempt == longest.attempt && $0.direction == .sent
        && $0.packet.tcp?.flags == .acknowledgement
    }
    // The one that was lost, and three that make it certain.
    #expect(
      answers.prefix { $0.moment < run.transcript.packets[0].moment + .seconds(2) }.count == 4)
  }

  @Test
  func `whoever answers behind what came has ended it, or said something, without our hearing`()
    throws
  {
    let run = IdleRun(
      Self.short,
      IdlePeer {
        $0.closesAfter = { _ in .seconds(5) }
        $0.losesEnd = { $0 == 20_000 }
      })
    #expect(run.codes == ["idle-close"])
    #expect(run.results.holds.allSatisfy { $0.liveness != .alive || $0.held < .seconds(5) })
    // The same once more on another connection.
    #expect(run.results.holds.contains { $0.planned == .seconds(8) && $0.attempt > 8 })
  }

  @Test func `a forged reset does not end a hold`() throws {
    var connection = ClientConnection(
      syn: ProbeSetting.sample.segment(.syn, window: 2_048), at: Moment(nanoseconds: 0))
    connection.expected = SequenceNumber(5_000)
    let bench = Bench(
      connection: connection, attempt: 0,
      patience: Bench.Patience(
        timeout: .milliseconds(40), brief: .milliseconds(40), proof: 4,
        roundTrip: .milliseconds(20)))
    var hold = HoldExperiment.idle(.seconds(8), round: 1)
    var start = bench
    let wait = hold.step(&start, at: Moment(nanoseconds: 0))
    #expect(wait == .answer(until: Moment(nanoseconds: 8_000_000_000)))
    for (sequence, isOver) in [(SequenceNumber(9_999), false), (SequenceNumber(5_000), true)] {
      var next = bench
      next.answers = [
        Answer(
          index: 1, moment: Moment(nanoseconds: 2_000_000_000),
          header: TCPHeader(
            sourcePort: 80, destinationPort: 20_000, sequence: sequence,
            acknowledgement: SequenceNumber(0), flags: .reset), length: 0, hopLimit: 62)
      ]
      let wait = hold.step(&next, at: Moment(nanoseconds: 2_000_000_000))
      #expect((wait == .nothing) == isOver)
      #expect(next.observed.holds.isEmpty != isOver)
    }
  }

  @Test func `a silent connection is asked again after a fresh one was answered`() throws {
    let run = IdleRun(Self.short, IdlePeer { $0.device = .init(timeout: .seconds(5)) })
    let silent = try #require(run.results.holds.first { $0.planned == .seconds(8) })
    #expect(silent.liveness == .unknown)
    #expect(silent.questions == 7)
    let witness = try #require(
      run.transcript.packets.last { record in
        run.transcript.attempts[record.attempt].probe == "idle-witness"
          && record.direction == .received
      })
    let later = silent.packets.filter { run.transcript.packets[$0].moment > witness.moment }
    #expect(later.count >= 3)
  }

  @Test func `an interrupt keeps what is known, and takes every connection back`() throws {
    let run = IdleRun(Self.short, interrupt: .seconds(5))
    #expect(run.elapsed == .seconds(5))
    let (done, cut) = (
      run.results.holds.filter { !$0.isCutShort }, run.results.holds.filter(\.isCutShort)
    )
    #expect(done.map(\.planned).max() == .seconds(4))
    #expect(done.allSatisfy { $0.liveness == .alive })
    #expect(cut.count == 4)
    #expect(cut.allSatisfy { abs($0.held.seconds - 5) < 0.1 })
    #expect(run.codes.isEmpty)
    #expect(run.reading?.low ?? .zero > .milliseconds(3_900))
    #expect(run.peer.open == 0)
  }

  @Test func `a second round narrows the interval`() throws {
    let peer = IdlePeer { $0.device = .init(timeout: .milliseconds(5_430), resets: true) }
    let once = try #require(IdleRun(Self.short, peer).reading)
    let run = IdleRun(IdleLadder(upTo: .seconds(8), rounds: 2), peer)
    let twice = try #require(run.reading)
    #expect(once.low < .milliseconds(5_430) && .milliseconds(5_430) < once.high ?? .zero)
    #expect(twice.low < .milliseconds(5_430) && .milliseconds(5_430) < twice.high ?? .zero)
    #expect((twice.high ?? .zero) - twice.low < ((once.high ?? .zero) - once.low) / 4)
    #expect(run.elapsed < .seconds(8 + 6 + 1))
  }

  @Test func `where the end was seen there is no second round`() {
    let run = IdleRun(
      IdleLadder(upTo: .seconds(8), rounds: 2), IdlePeer { $0.closesAfter = { _ in .seconds(5) } })
    #expect(run.results.holds.allSatisfy { $0.round == 1 })
  }

  @Test func `six minutes cost few packets`() {
    #expect(IdleRun(Self.sixMinutes).packetsSent < 150)
    let silent = IdleRun(Self.sixMinutes, IdlePeer { $0.device = .init(timeout: .seconds(20)) })
    #expect(silent.packetsSent < 350)
  }
}

extension ProbeSetting {
  /// The setting of some connection to port 80.
  fileprivate static var sample: ProbeSetting {
    ProbeSetting(
      source: SimulatedRun.prober(.ipv4), destination: SimulatedRun.target(.ipv4),
      sourcePort: 20_000, destinationPort: 80, sequence: SequenceNumber(1_000),
      acknowledgement: SequenceNumber(0), trafficClass: 8, identification: 1, window: 2_048,
      flowLabel: 0x1_0101)
  }
}
