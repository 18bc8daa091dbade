import ArgumentParser
import Glibc
import RSTWire

/// A target that means harm: beside what its host answers it sends garbage, copies and what it has
/// said before.
///
/// Everything comes from the target's own address. What it never does is to refuse one of our packets
/// with an ICMP error that quotes it rightly: that would be a refusal, and no garbage.
struct Hostile: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Sends garbage, copies and old answers to whoever probes a port.")

  @Option(help: "The interface that faces the prober.")
  var interface: String

  @Option(help: "How many packets of garbage a second, from the first probe on.")
  var garbage = 0

  @Option(help: "How many copies of each answer, the answer itself among them.")
  var copies = 1

  @Option(help: "How many old answers are sent again for each probe, some to its port.")
  var replays = 0

  /// Garbage is sent in bursts of this many nanoseconds' worth.
  private static let tick: UInt64 = 2_000_000
  /// How long after the last probe garbage goes on, in nanoseconds.
  private static let patience: UInt64 = 5_000_000_000

  func run() throws {
    let tap = try Tap(interface: interface)
    var acquaintance = Acquaintance()
    var (next, last, owed) = (UInt64(0), UInt64(0), 0.0)
    report("ready")
    while true {
      let isActive = garbage > 0 && monotonicNow() < last + Self.patience
      wait(for: [tap.descriptor], until: isActive ? next : nil)
      while let sighting = tap.next() {
        if sighting.isOutgoing {
          guard acquaintance.answered(sighting), copies > 1 else { continue }
          let frame = sighting.link + sighting.packet.octets
          for _ in 1..<copies { tap.send(frame) }
        } else if acquaintance.asked(sighting) {
          last = monotonicNow()
          if next < last - Self.tick { next = last }
          for frame in acquaintance.oldAnswers(replays) { tap.send(frame) }
        }
      }
      let now = monotonicNow()
      guard isActive, next <= now else { continue }
      // A machine that was busy makes up for it, but not for long.
      let elapsed = min(now - next + Self.tick, 50_000_000)
      next = now + Self.tick
      owed += Double(garbage) * Double(elapsed) / 1e9
      while owed >= 1 {
        owed -= 1
        if let frame = acquaintance.garbage() { tap.send(frame) }
      }
    }
  }
}

/// What a hostile target knows of who probes it, and what it makes of that.
struct Acquaintance {
  /// What a frame to the prober begins with.
  private var link: [UInt8] = []
  /// The last probes, and the last answers with their frames' beginnings.
  private var probes = Recent<Packet>(room: 256)
  private var answers = Recent<Packet>(room: 512)
  /// Takes note of a packet to the target; false where it is no probe.
  mutating func asked(_ sighting: Tap.Sighting) -> Bool {
    guard sighting.packet.tcp != nil || sighting.packet.icmp.map(Self.isEcho) ?? false else {
      return false
    }
    link = Inject.linkToClient(sighting)
    probes.add(sighting.packet)
    return true
  }

  /// Takes note of a packet that the target's stack sent; false where it answers no probe.
  mutating func answered(_ sighting: Tap.Sighting) -> Bool {
    let network = sighting.packet.network
    guard probes.all.last?.network.source == network.destination else { return false }
    answers.add(sighting.packet)
    return true
  }

  private static func isEcho(_ message: ICMPMessage) -> Bool {
    if case .echo = message.body { true } else { false }
  }

  /// Some answers of earlier: every other one as it was, the rest to the port of the last probe.
  func oldAnswers(_ count: Int) -> [[UInt8]] {
    guard !link.isEmpty else { return [] }
    return (0..<count).compactMap { number in
      guard let old = answers.all.randomElement() else { return nil }
      guard number % 2 == 1, var header = old.tcp, let port = probes.all.last?.tcp?.sourcePort
      else {
        return link + old.octets
      }
      header.destinationPort = port
      return link + Packet(network: old.network, tcp: header, payload: old.payload).octets
    }
  }

  /// A packet that answers nothing: a segment with anything in it, or an ICMP error that quotes
  /// something that was never sent so.
  func garbage() -> [UInt8]? {
    guard let probe = probes.all.randomElement(), let other = probes.all.randomElement() else {
      return nil
    }
    return link + (Int.random(in: 0..<8) == 0 ? error(probe, other) : segment(probe, other))
  }

  private func segment(_ probe: Packet, _ other: Packet) -> [UInt8] {
    let mine = probe.tcp?.destinationPort ?? .random(in: 1...UInt16.max)
    let theirs = probe.tcp?.sourcePort ?? .random(in: 1...UInt16.max)
    // Now and then a number that belongs to another connection, or that lies near the right one.
    let near = Int.random(in: 2...70_000)
    let numbers = [
      SequenceNumber(.random(in: 0 ... .max)), (other.tcp?.sequence ?? SequenceNumber(9)) + near,
      (probe.tcp?.sequence ?? SequenceNumber(0)) + near,
    ]
    let options: [[TCPOption]] = [
      [], [.timestamps(value: .random(in: 0 ... .max), echo: .random(in: 0 ... .max))],
      [.other(kind: .random(in: 2 ... .max), data: [1, 2, 3])], [.windowScale(200), .endOfList],
    ]
    let draft = PacketDraft(
      source: probe.network.destination, destination: probe.network.source,
      hopLimit: .random(in: 3 ... .max), trafficClass: .random(in: 0 ... .max),
      identification: .random(in: 1 ... .max), dontFragment: .random(),
      content: .segment(
        SegmentDraft(
          sourcePort: mine, destinationPort: theirs,
          // No number is 0: that of a reset without ACK would be right.
          sequence: SequenceNumber(.random(in: 1 ... .max)),
          acknowledgement: numbers.randomElement() ?? numbers[0],
          flags: TCPFlags(rawValue: .random(in: 0 ... .max)), window: .random(in: 0 ... .max),
          options: options.randomElement() ?? [],
          payload: [UInt8](repeating: 0x1b, count: Int.random(in: 0..<40)))))
    return draft.encoded()
  }

  /// An ICMP error whose quote has the ports of one probe and the number of none, or was cut off before
  /// its ports.
  private func error(_ probe: Packet, _ other: Packet) -> [UInt8] {
    let isIPv4 = probe.network.source.family == .ipv4
    let network: NetworkHeader =
      switch (probe.network.destination, probe.network.source) {
      case (.v4(let source), .v4(let destination)):
        .ipv4(IPv4Header(source: source, destination: destination))
      case (.v6(let source), .v6(let destination)):
        .ipv6(IPv6Header(source: source, destination: destination))
      default: probe.network
      }
    var quoted = probe.octets
    // Behind the options that some probes have.
    let start = probe.network.encoded().count
    if probe.tcp != nil, quoted.count >= start + 8 {
      let number = UInt32.random(in: 0 ... .max)
      for place in 0..<4 {
        quoted[start + 4 + place] = UInt8(truncatingIfNeeded: number >> (24 - 8 * place))
      }
    } else {
      quoted = Array(quoted.prefix(start + 4))
    }
    let types: [UInt8] = isIPv4 ? [3, 3, 3, 4, 5, 11, 12] : [1, 1, 1, 2, 3, 4]
    let message = ICMPMessage.error(
      type: types.randomElement() ?? 3, code: .random(in: 0...15), quoting: quoted,
      limit: start + 8)
    return Packet(network: network, icmp: message).octets
  }
}

/// The last so many of something.
struct Recent<Element> {
  private(set) var all: [Element] = []
  private let room: Int

  init(room: Int) { self.room = room }

  mutating func add(_ element: Element) {
    if all.count == room { all.removeFirst() }
    all.append(element)
  }
}
