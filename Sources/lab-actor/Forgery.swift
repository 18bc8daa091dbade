import ArgumentParser
import RSTWire

/// One of a connection's two ends.
enum Side {
  case client, server

  var other: Side { self == .client ? .server : .client }
}

/// What draws forged packets.
struct Occasion {
  var packet: Packet
  var trigger: TCPHeader
  /// Who sent it.
  var sender: Side
  /// How the packets of each side look where they leave this machine, where any were seen.
  var manners: [Side: Manner] = [:]
  /// Whether it is dropped here, so that its receiver still waits for it.
  var isSwallowed = false
  /// What all packets that it draws have in common where their fields wander.
  var drawn = UInt64.random(in: 0...UInt64.max)
}

/// How forged packets look.
struct Forgery {
  /// What the client gets; a server always gets a reset.
  enum Kind: String, ExpressibleByArgument {
    case reset
    /// An answer to a request, with a FIN.
    case page
    case fin
  }

  var kind = Kind.reset
  /// Of a reset.
  var flags: TCPFlags
  var sequence = SequenceStrategy.offsets([0])
  /// Of each sequence number.
  var copies = 1
  var hopLimit: Origin<UInt8>
  var identification: Origin<UInt16>
  var window: Origin<UInt16>
  var trafficClass: Origin<UInt8>
  /// Of IPv6.
  var flowLabel = Origin<UInt32>.fixed(0)
  var fragmenting = Fragmenting.on
  var reserved: UInt8 = 0
  var payload: [UInt8] = []
  /// Whether they carry timestamps where the one in whose name they are forged does.
  var hasTimestamps = false

  /// The packets for one side, in the name of the other.
  ///
  /// What answers the trigger has the numbers that its receiver would give (RFC 9293, section
  /// 3.10.7.1); what goes the trigger's own way continues it.
  func packets(for side: Side, on occasion: Occasion) -> [PacketDraft] {
    let trigger = occasion.trigger
    let covered =
      occasion.packet.payload.count + (trigger.flags.contains(.syn) ? 1 : 0)
      + (trigger.flags.contains(.fin) ? 1 : 0)
    let first: SequenceNumber
    let acknowledgement: SequenceNumber
    if side == occasion.sender {
      let isKnown = trigger.flags.contains(.acknowledgement)
      first = isKnown ? trigger.acknowledgement : SequenceNumber(0)
      acknowledgement = trigger.sequence + covered
    } else {
      first = trigger.sequence + (occasion.isSwallowed ? 0 : covered)
      acknowledgement = trigger.acknowledgement
    }
    let form = side == .client ? kind : .reset
    let numbers = form == .reset ? numbers(from: first, window: trigger.window) : [first]
    let all = numbers.flatMap { Array(repeating: $0, count: copies) }
    return all.enumerated().map { index, number in
      var segment = segment(form, for: side, on: occasion)
      segment.sequence = number
      if segment.flags.contains(.acknowledgement) { segment.acknowledgement = acknowledgement }
      return packet(with: segment, index: index, for: side, on: occasion)
    }
  }

  private func numbers(from first: SequenceNumber, window: UInt16) -> [SequenceNumber] {
    switch sequence {
    case .offsets(let offsets): offsets.map { first + $0 }
    case .windowLadder: [0, 1, 3].map { first + $0 * Int(window) }
    case .halfWindow: [first, first + Int(window / 2)]
    case .zero: [SequenceNumber(0)]
    }
  }

  private func segment(_ form: Kind, for side: Side, on occasion: Occasion) -> SegmentDraft {
    let trigger = occasion.trigger
    let manner = occasion.manners[side.other]
    let isAnswer = side == occasion.sender
    var segment = SegmentDraft(
      sourcePort: isAnswer ? trigger.destinationPort : trigger.sourcePort,
      destinationPort: isAnswer ? trigger.sourcePort : trigger.destinationPort,
      sequence: SequenceNumber(0),
      flags: form == .reset
        ? flags : form == .page ? [.push, .acknowledgement, .fin] : [.acknowledgement, .fin],
      reserved: reserved,
      window: window.value(
        trigger: trigger.window, learnt: manner?.window, drawn: occasion.drawn >> 16,
        range: 1...UInt16.max))
    if form != .fin, side == .client { segment.payload = payload }
    if hasTimestamps, let stamp = manner?.timestamp {
      segment.options = [
        .noOperation, .noOperation,
        .timestamps(value: stamp, echo: trigger.timestamps?.value ?? 0),
      ]
    }
    return segment
  }

  private func packet(
    with segment: SegmentDraft, index: Int, for side: Side, on occasion: Occasion
  ) -> PacketDraft {
    let network = occasion.packet.network
    let manner = occasion.manners[side.other]
    let isAnswer = side == occasion.sender
    // One that counts its packets counts these too; one that does not has 0 in all.
    let counted = manner.map {
      $0.identification == 0 ? 0 : $0.identification &+ UInt16(truncatingIfNeeded: index + 1)
    }
    return PacketDraft(
      source: isAnswer ? network.destination : network.source,
      destination: isAnswer ? network.source : network.destination,
      hopLimit: hopLimit.value(
        trigger: network.hopLimit, learnt: manner?.hopLimit, drawn: occasion.drawn,
        range: 40...240),
      trafficClass: trafficClass.value(
        trigger: network.trafficClass, learnt: manner?.trafficClass, drawn: occasion.drawn,
        range: 0...UInt8.max),
      identification: identification.value(
        trigger: network.identification ?? 0, learnt: counted, drawn: occasion.drawn >> 32,
        range: 1...UInt16.max),
      dontFragment: fragmenting.dontFragment(
        trigger: network.dontFragment ?? true, learnt: manner?.dontFragment),
      flowLabel: flowLabel.value(
        trigger: network.flowLabel ?? 0, learnt: manner?.flowLabel, drawn: occasion.drawn,
        range: 1...0xfffff),
      content: .segment(segment))
  }
}
