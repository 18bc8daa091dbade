import RSTCore
import RSTEngine
import RSTWire
import Testing

@Suite struct EngineTests {
  private static let filtered = Refusal(cause: .filtered, text: "Operation not permitted")
  private static let full = Refusal(cause: .other, text: "No buffer space available")

  private let time = SimulatedTime()

  private func run(
    _ machine: inout ScriptedMachine, source: ScriptedSource? = nil,
    sink: inout ScriptedSink, pacing: Pacing = Pacing()
  ) throws -> Engine.Ending {
    var source = source ?? ScriptedSource(time: time)
    return try Engine(pacing: pacing).run(
      &machine, source: &source, sink: &sink, clock: time)
  }

  @Test func `packets go out with the gap between them`() throws {
    var machine = ScriptedMachine(wanted: [1, 2, 3], deadlines: [1000])
    var sink = ScriptedSink(time: time)
    #expect(try run(&machine, sink: &sink) == .finished)
    #expect(sink.sent.map(\.at) == [0, 150, 300])
    #expect(sink.sent.map(\.identification) == [1, 2, 3])
  }

  @Test func `the gap can be set`() throws {
    var machine = ScriptedMachine(wanted: [1, 2, 3], deadlines: [100_000])
    var sink = ScriptedSink(time: time)
    let pacing = Pacing(gap: .milliseconds(10))
    #expect(try run(&machine, sink: &sink, pacing: pacing) == .finished)
    #expect(sink.sent.map(\.at) == [0, 10_000, 20_000])
  }

  @Test func `an answer that arrives during the gap is handed over at once`() throws {
    var machine = ScriptedMachine(wanted: [1, 2], deadlines: [1000])
    var sink = ScriptedSink(time: time)
    let source = ScriptedSource(time: time, arrivals: [(20, .numbered(9)), (30, .numbered(8))])
    _ = try run(&machine, source: source, sink: &sink)
    #expect(
      machine.events == [.began, .received(9, at: 20), .received(8, at: 30), .advanced(1000)])
    #expect(sink.sent.map(\.at) == [0, 150])
  }

  @Test func `a flood of arrivals does not hold up sending`() throws {
    var machine = ScriptedMachine(wanted: [1, 2, 3], deadlines: [1000])
    var sink = ScriptedSink(time: time)
    let flood = (0..<2000).map { (at: Int64($0), packet: Packet.numbered(7)) }
    _ = try run(&machine, source: ScriptedSource(time: time, arrivals: flood), sink: &sink)
    #expect(sink.sent.map(\.at) == [0, 150, 300])
  }

  @Test func `a flood of arrivals does not hold up deadlines`() throws {
    var machine = ScriptedMachine(deadlines: [100, 200])
    var sink = ScriptedSink(time: time)
    let flood = (0..<300).map { (at: Int64($0), packet: Packet.numbered(7)) }
    _ = try run(&machine, source: ScriptedSource(time: time, arrivals: flood), sink: &sink)
    let advances = machine.events.filter { if case .advanced = $0 { true } else { false } }
    #expect(advances == [.advanced(100), .advanced(200)])
  }

  @Test func `a packet captured before a deadline is handed over before the deadline`() throws {
    var machine = ScriptedMachine(deadlines: [100])
    var sink = ScriptedSink(time: time)
    let source = ScriptedSource(time: time, arrivals: [(100, .numbered(9))])
    _ = try run(&machine, source: source, sink: &sink)
    #expect(machine.events == [.began, .received(9, at: 100), .advanced(100)])
  }

  @Test func `a packet captured after a deadline is handed over after it`() throws {
    var machine = ScriptedMachine(deadlines: [100, 500])
    var sink = ScriptedSink(time: time)
    // The engine was away when both were captured, and finds them waiting.
    time.now = Moment(nanoseconds: 400_000)
    let source = ScriptedSource(time: time, arrivals: [(90, .numbered(9)), (110, .numbered(8))])
    _ = try run(&machine, source: source, sink: &sink)
    #expect(
      machine.events == [
        .began, .received(9, at: 90), .advanced(110), .received(8, at: 110), .advanced(500),
      ])
  }

  @Test func `a refusal is told with the kernel's reason and not retried`() throws {
    var machine = ScriptedMachine(wanted: [1, 2], deadlines: [1000])
    var sink = ScriptedSink(
      time: time, submissions: [.refused(reason: Self.filtered)])
    _ = try run(&machine, sink: &sink)
    #expect(machine.events.contains(.refused(Self.filtered)))
    #expect(sink.sent.map(\.identification) == [1, 2])
  }

  @Test func `a packet that the kernel had no room for is sent again`() throws {
    var machine = ScriptedMachine(wanted: [1, 2], deadlines: [10_000])
    var sink = ScriptedSink(
      time: time, submissions: [.busy(reason: Self.full), .busy(reason: Self.full)])
    _ = try run(&machine, sink: &sink)
    #expect(sink.sent.map(\.identification) == [1, 1, 1, 2])
    #expect(sink.sent.map(\.at) == [0, 2000, 4000, 4150])
    #expect(machine.events == [.began, .advanced(10_000)])
  }

  @Test func `a kernel that stays full refuses in the end`() throws {
    var machine = ScriptedMachine(wanted: [1, 2], deadlines: [1_000_000])
    let pacing = Pacing(busyTries: 3)
    var sink = ScriptedSink(
      time: time, submissions: Array(repeating: .busy(reason: Self.full), count: 3))
    _ = try run(&machine, sink: &sink, pacing: pacing)
    #expect(sink.sent.map(\.identification) == [1, 1, 1, 2])
    #expect(machine.events == [.began, .refused(Self.full), .advanced(1_000_000)])
  }

  @Test func `an interrupt ends the run and is told to the machine`() throws {
    var machine = ScriptedMachine(wanted: [1, 2, 3], deadlines: [10_000])
    var sink = ScriptedSink(time: time)
    let source = ScriptedSource(time: time, interruptedAt: 160)
    #expect(try run(&machine, source: source, sink: &sink) == .interrupted)
    #expect(machine.events == [.began, .interrupted])
    #expect(sink.sent.map(\.at).prefix(2) == [0, 150])
  }

  @Test(arguments: [160, 520] as [Int64])
  func `what the machine wants sent at its end goes out whenever the interrupt comes`(
    _ moment: Int64
  ) throws {
    var machine = ScriptedMachine(
      wanted: [1], deadlines: [10_000], finishesAfter: 1, farewell: [5, 6, 7])
    var sink = ScriptedSink(time: time)
    let source = ScriptedSource(
      time: time, arrivals: [(500, .numbered(9))], interruptedAt: moment)
    _ = try run(&machine, source: source, sink: &sink)
    #expect(sink.sent.map(\.identification) == [1, 5, 6, 7])
  }

  @Test func `what the machine wants sent at its end still goes out with the gap`() throws {
    var machine = ScriptedMachine(
      wanted: [1], deadlines: [10_000], finishesAfter: 1, farewell: [5, 6])
    var sink = ScriptedSink(time: time)
    let source = ScriptedSource(time: time, arrivals: [(500, .numbered(9))])
    #expect(try run(&machine, source: source, sink: &sink) == .finished)
    #expect(sink.sent.map(\.identification) == [1, 5, 6])
    #expect(sink.sent.map(\.at) == [0, 500, 650])
  }

  @Test func `a machine without deadlines is told the time now and then`() throws {
    var machine = ScriptedMachine(finishesAfter: 1)
    var sink = ScriptedSink(time: time)
    let source = ScriptedSource(time: time, arrivals: [(2_500_000, .numbered(9))])
    _ = try run(&machine, source: source, sink: &sink)
    #expect(
      machine.events == [
        .began, .advanced(1_000_000), .advanced(2_000_000), .received(9, at: 2_500_000),
      ])
  }

  @Test func `a machine without deadlines is told the time beneath a flood too`() throws {
    var machine = ScriptedMachine(finishesAfter: 2_500)
    var sink = ScriptedSink(time: time)
    let flood = (1...2_500).map { (at: Int64($0) * 1_000, packet: Packet.numbered(7)) }
    _ = try run(&machine, source: ScriptedSource(time: time, arrivals: flood), sink: &sink)
    let advances = machine.events.filter { if case .advanced = $0 { true } else { false } }
    #expect(advances == [.advanced(1_000_000), .advanced(2_000_000)])
  }

  @Test func `the observer sees every step and can end the run`() throws {
    struct Full: Error {}
    var machine = ScriptedMachine(wanted: [1], deadlines: [1000])
    var source = ScriptedSource(time: time, arrivals: [(10, .numbered(9))])
    var sink = ScriptedSink(time: time)
    #expect(throws: Full.self) {
      _ = try Engine().run(&machine, source: &source, sink: &sink, clock: self.time) {
        if $0.events.count == 2 { throw Full() }
      }
    }
    #expect(machine.events == [.began, .received(9, at: 10)])
  }
}
