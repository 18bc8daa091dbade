internal import ArgumentParser
internal import RSTCore
internal import RSTWire

/// Measures what a sweep costs without a network.
@main struct LabSweep: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lab-sweep",
    abstract: "Measures the parts of a sweep without a network, as one line of JSON.",
    subcommands: [Generate.self, Order.self])
}

/// Packets into nothing, and their answers played back.
struct Generate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make the packets of a whole sweep and judge an answer to each.")

  @Option(help: "How many targets.")
  var targets: UInt64 = 1_000_000

  func run() throws {
    let first: UInt128 = 0xc612_0000
    let space = try TargetSpace(
      [AddressRange(family: .ipv4, bounds: first...(first + UInt128(targets) - 1))],
      ports: PortList([80]))
    let ports = (0..<256).map { UInt16(40_000 + $0) }
    let source = IPAddress.v4(IPv4Address(rawValue: 0xc000_020a))
    guard
      let template = PacketTemplate(
        PacketDraft(
          source: source, destination: .v4(IPv4Address(rawValue: 0)),
          content: .segment(
            SegmentDraft(
              sourcePort: 1, destinationPort: 1, sequence: SequenceNumber(0), flags: .syn,
              options: [
                .maximumSegmentSize(1460), .selectiveAcknowledgementPermitted,
                .timestamps(value: 1, echo: 0), .noOperation, .windowScale(7),
              ]))
        ).encoded())
    else { throw ExitCode.failure }
    var sweep = Sweep(
      space, seed: 1, key: (1, 2), ports: ports, options: Sweep.Options(rate: nil),
      at: Moment(nanoseconds: 0))
    let clock = ContinuousClock()
    var buffer = [UInt8](repeating: 0, count: 64 * 128)
    var batch: [SweepPacket] = []
    batch.reserveCapacity(64)
    var said = 0
    var now = Moment(nanoseconds: 0)
    let started = clock.now
    var isOver = false
    while !isOver {
      now = now + .microseconds(64)
      batch.removeAll(keepingCapacity: true)
      fill: while batch.count < 64 {
        switch sweep.next(at: now) {
        case .send(let packet):
          template.write(packet, ports: ports, to: &buffer, at: batch.count * 128)
          batch.append(packet)
        case .wait(let moment):
          now = max(moment, now)
          break fill
        case .finished:
          isOver = true
          break fill
        }
      }
      for packet in batch {
        sweep.received(
          SweepAnswer(
            kind: .reset, endpoint: packet.endpoint, port: ports[packet.numbers.slot],
            sequence: packet.numbers.sequence, sender: packet.endpoint.address, hopLimit: 63,
            trafficClass: packet.numbers.trafficClass, window: 0, looksLikeNetfilter: true),
          at: now + .microseconds(50))
      }
      said += sweep.dropResults()
    }
    let seconds = (clock.now - started).seconds
    print(
      "{\"targets\": \(targets), \"said\": \(said), \"seconds\": \(seconds), "
        + "\"per_second\": \(Double(sweep.tally.sent) / seconds)}")
  }
}

/// The order alone.
struct Order: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Walk over a part of an order, and say what a place costs.")

  @Option(help: "How many targets the space has.")
  var targets: UInt64 = 1 << 20

  @Option(help: "How many places are walked over.")
  var places: UInt64 = 4_000_000

  func run() throws {
    let permutation = Permutation(count: targets, seed: 1)
    let clock = ContinuousClock()
    var sum: UInt64 = 0
    let started = clock.now
    var place: UInt64 = 0
    for _ in 0..<places {
      sum &+= permutation.number(at: place)
      place += 1
      if place == targets { place = 0 }
    }
    let seconds = (clock.now - started).seconds
    print(
      "{\"targets\": \(targets), \"nanoseconds\": \(seconds / Double(places) * 1e9), "
        + "\"sum\": \(sum)}")
  }
}
