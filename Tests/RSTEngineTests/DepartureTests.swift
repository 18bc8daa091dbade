import RSTCore
import RSTEngine
import RSTWire
import Testing

/// Packets that the kernel takes and does not send: RFC 826 and RFC 4861, section 7.2.2.
@Suite struct DepartureTests {
  private static let nobody = Refusal(cause: .noWay, text: "no neighbour answers")
  private static let asking = Delay.waitingForNeighbour(reason: nobody)
  private static let failed = Delay.undeliverable(reason: nobody)

  private let time = SimulatedTime()

  /// Packets that never leave, and a machine that waits for them until `end` microseconds.
  private func run(
    wanted: [UInt16] = [1, 2], until end: Int64, delays: [(from: Int64, delay: Delay)],
    arrivals: [(at: Int64, packet: Packet)] = [], interruptedAt: Int64? = nil
  ) throws -> (machine: ScriptedMachine, asked: [Int64], ending: Engine.Ending) {
    var machine = ScriptedMachine(wanted: wanted, deadlines: [end])
    var source = ScriptedSource(time: time, arrivals: arrivals, interruptedAt: interruptedAt)
    var sink = ScriptedSink(time: time, delays: delays)
    let ending = try Engine().run(&machine, source: &source, sink: &sink, clock: time)
    return (machine, sink.asked, ending)
  }

  @Test func `what was taken and never left is refused once the kernel has given up`() throws {
    let run = try run(
      until: 5_000_000, delays: [(0, Self.asking), (3_000_000, Self.failed)])
    #expect(
      run.machine.events == [
        .began, .refused(Self.nobody), .refused(Self.nobody), .advanced(5_000_000),
      ])
    #expect((3_000_000...3_050_000).contains(run.asked.last ?? 0))
  }

  @Test func `a run that ends before the kernel gives up waits for it`() throws {
    let run = try run(
      until: 2_700_000, delays: [(0, Self.asking), (3_000_000, Self.failed)])
    #expect(
      run.machine.events == [
        .began, .advanced(2_700_000), .refused(Self.nobody), .refused(Self.nobody),
      ])
    #expect(time.microseconds <= 3_050_000)
  }

  @Test func `a kernel that gives up between two questions is not missed`() throws {
    // Every question takes a microsecond, and the run ends as the kernel gives up.
    var machine = ScriptedMachine(wanted: [1], deadlines: [2_700_000])
    var source = ScriptedSource(time: time)
    var sink = ScriptedSink(
      time: time, delays: [(0, Self.asking), (2_700_001, Self.failed)], askingTakes: 1)
    _ = try Engine().run(&machine, source: &source, sink: &sink, clock: time)
    #expect(machine.events.last == .refused(Self.nobody))
  }

  @Test func `a kernel that asks without end is not waited for longer than 3,4 s`() throws {
    let run = try run(until: 2_700_000, delays: [(0, Self.asking)])
    #expect(run.machine.events.suffix(2) == [.refused(Self.nobody), .refused(Self.nobody)])
    #expect(time.microseconds <= 3_450_000)
  }

  @Test func `an interrupt ends the wait`() throws {
    let run = try run(
      until: 2_700_000, delays: [(0, Self.asking)], interruptedAt: 2_800_000)
    #expect(run.ending == .interrupted)
    #expect(run.machine.events == [.began, .advanced(2_700_000)])
    #expect(time.microseconds == 2_800_000)
  }

  @Test func `silence without a reason is told as nothing and not waited for`() throws {
    let run = try run(until: 2_700_000, delays: [])
    #expect(run.machine.events == [.began, .advanced(2_700_000)])
    #expect(time.microseconds == 2_700_000)
  }

  @Test func `nobody is asked while packets are seen leaving`() throws {
    let run = try run(
      until: 2_700_000, delays: [(0, Self.failed)], arrivals: [(20, .numbered(1))])
    #expect(run.asked.isEmpty)
    #expect(!run.machine.events.contains(.refused(Self.nobody)))
  }

  @Test func `a neighbour that answers late ends the questions`() throws {
    let run = try run(
      until: 2_700_000, delays: [(0, Self.asking)], arrivals: [(900_000, .numbered(1))])
    #expect(run.asked.allSatisfy { (250_000..<900_000).contains($0) })
    #expect(!run.asked.isEmpty)
    #expect(!run.machine.events.contains(.refused(Self.nobody)))
  }

  @Test func `a packet sent after the kernel gave up shares the reason`() throws {
    // The second packet goes out when the first has been refused; the kernel starts anew.
    var machine = ScriptedMachine(wanted: [1], deadlines: [3_200_000], farewell: [])
    machine.wantedLater = [2]
    var source = ScriptedSource(time: time)
    var sink = ScriptedSink(
      time: time,
      delays: [(0, Self.asking), (3_000_000, Self.failed), (3_060_000, Self.asking)])
    _ = try Engine().run(&machine, source: &source, sink: &sink, clock: time)
    #expect(sink.sent.map(\.identification) == [1, 2])
    #expect(
      machine.events == [
        .began, .refused(Self.nobody), .advanced(3_200_000), .refused(Self.nobody),
      ])
  }
}
