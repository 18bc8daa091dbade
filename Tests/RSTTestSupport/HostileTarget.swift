public import RSTCore
public import RSTWire

/// A host that sends garbage beside its own answers, or says once more what it has said before.
public struct HostileTarget: Middlebox {
  /// How many packets of garbage each probe draws, in the 20 ms behind it.
  public var garbage = 0
  /// How many old answers each probe draws, every other one to its own port.
  public var replays = 0

  private var generator = SeededGenerator(seed: 0x6861_726d)
  private var probes: [Packet] = []
  private var answers: [Packet] = []

  /// Makes a host that means no harm yet.
  public init(garbage: Int = 0, replays: Int = 0) {
    self.garbage = garbage
    self.replays = replays
  }

  /// Decides about a packet.
  public mutating func treat(
    _ packet: Packet, _ way: Way, at site: inout Site, now: Moment
  ) -> Treatment {
    guard way == .towardsHost else {
      answers.append(packet)
      return .pass(packet)
    }
    probes.append(packet)
    probes.removeFirst(max(0, probes.count - 64))
    var emissions: [Emission] = []
    for _ in 0..<garbage {
      let moment = Duration.microseconds(Int.random(in: 0..<20_000, using: &generator))
      guard let probe = probes.randomElement(using: &generator) else { continue }
      emissions.append(Emission(makeGarbage(for: probe), after: moment))
    }
    for number in 0..<replays {
      guard let old = answers.randomElement(using: &generator) else { continue }
      let isElsewhere = number % 2 == 1
      emissions.append(
        Emission(isElsewhere ? moved(old, to: packet) : old, after: .microseconds(100 * number)))
    }
    return Treatment(onward: packet, answers: emissions)
  }

  /// Garbage that comes whatever is sent, one packet for any of the ports in each 500 microseconds.
  public static func noise(
    about port: UInt16, _ family: AddressFamily, for duration: Duration
  ) -> [(after: Duration, packet: Packet)] {
    var box = Self()
    let network: NetworkHeader
    switch (SimulatedRun.prober(family), SimulatedRun.target(family)) {
    case (.v4(let prober), .v4(let target)):
      network = .ipv4(IPv4Header(source: prober, destination: target))
    case (.v6(let prober), .v6(let target)):
      network = .ipv6(IPv6Header(source: prober, destination: target))
    default: return []
    }
    return (0..<Int(duration.seconds * 2_000)).map { number in
      let syn = TCPHeader(
        sourcePort: .random(in: 20_000..<20_400, using: &box.generator), destinationPort: port,
        sequence: SequenceNumber(1), flags: .syn)
      let garbage = box.makeGarbage(for: Packet(network: network, tcp: syn))
      return (.microseconds(500 * number), garbage)
    }
  }

  private func moved(_ answer: Packet, to probe: Packet) -> Packet {
    guard var header = answer.tcp, let port = probe.tcp?.sourcePort else { return answer }
    header.destinationPort = port
    return Packet(network: answer.network, tcp: header, payload: answer.payload)
  }

  private mutating func makeGarbage(for probe: Packet) -> Packet {
    if Int.random(in: 0..<8, using: &generator) == 0 { return error(about: probe) }
    func number() -> UInt32 { .random(in: 1 ... .max, using: &generator) }
    let header = TCPHeader(
      sourcePort: probe.tcp?.destinationPort ?? 80,
      destinationPort: probe.tcp?.sourcePort ?? 20_000, sequence: SequenceNumber(number()),
      acknowledgement: SequenceNumber(number()),
      flags: TCPFlags(rawValue: .random(in: 0 ... .max, using: &generator)),
      window: .random(in: 0 ... .max, using: &generator))
    return Packet(network: fields().answering(probe), tcp: header, payload: [0x1b])
  }

  /// An error whose quote has our ports, and a number that we never sent.
  private mutating func error(about probe: Packet) -> Packet {
    var quoted = probe.octets
    // Behind the options that some probes have.
    let place = probe.network.encoded().count + 4
    for index in place..<min(place + 4, quoted.count) {
      quoted[index] = .random(in: 0 ... .max, using: &generator)
    }
    let isIPv4 = probe.network.source.family == .ipv4
    return Packet(
      network: fields().answering(probe),
      icmp: .error(
        type: isIPv4 ? 3 : 1, code: .random(in: 0...15, using: &generator), quoting: quoted))
  }

  private mutating func fields() -> AnswerHeader {
    var fields = AnswerHeader(hopLimit: .random(in: 3 ... .max, using: &generator))
    fields.identification = .random(in: 1 ... .max, using: &generator)
    return fields
  }
}
