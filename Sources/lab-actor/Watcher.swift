import ArgumentParser
import RSTWire

/// What triggers a device, as options.
struct WatchOptions: ParsableArguments {
  /// What a device answers.
  enum Trigger: String, ExpressibleByArgument {
    /// The client's SYN: the answer is earlier than the target's.
    case syn
    /// The target's SYN-ACK: the answer comes behind it.
    case synack
    /// The client's octets, where they hold the text that is looked for.
    case data
    /// The client's FIN.
    case fin
    /// Every segment of the client that acknowledges or carries something.
    case any
  }

  @Option(help: "What triggers it: syn, synack, data, fin or any.")
  var on = Trigger.syn

  @Option(help: "The text that the client's data has to hold; any without.")
  var match = ""

  @Flag(help: "The text may be spread over segments.")
  var reassemble = false

  @Flag(help: "Only on connections whose SYN-ACK passed here.")
  var established = false

  @Flag(help: "A rule drops the trigger: a server that gets something has not seen it.")
  var swallowed = false

  @Option(help: "For how many seconds after a hit every SYN and all data are answered alike.")
  var residual: Double?
}

/// A device that sees all packets of one port pass and knows which of them to answer.
struct Watcher {
  var options: WatchOptions
  var port: UInt16
  private var memory = FlowMemory()

  init(options: WatchOptions, port: UInt16) {
    self.options = options
    self.port = port
  }

  /// What is to be answered, nil for what only passes.
  mutating func occasion(_ sighting: Tap.Sighting) -> Occasion? {
    let packet = sighting.packet
    guard let header = packet.tcp, !packet.anomalies.contains(.badChecksum) else { return nil }
    let side: Side
    switch (sighting.isOutgoing, header) {
    case (false, _) where header.destinationPort == port: side = .client
    case (true, _) where header.sourcePort == port: side = .server
    default: return nil
    }
    memory.note(packet, header, from: side, isOutgoing: sighting.isOutgoing)
    let now = monotonicNow()
    if isTrigger(packet, header, from: side) {
      if let residual = options.residual {
        memory.block(packet, from: side, until: now + UInt64(residual * 1e9))
      }
    } else {
      guard memory.isBlocked(packet, from: side, at: now), side == .client,
        !header.flags.contains(.reset), header.flags.contains(.syn) || !packet.payload.isEmpty
      else { return nil }
    }
    return Occasion(
      packet: packet, trigger: header, sender: side, isSwallowed: options.swallowed)
  }

  /// The occasion with how both sides' packets look by now.
  func brought(upToDate occasion: Occasion) -> Occasion {
    var occasion = occasion
    occasion.manners = memory.manners(occasion.packet, occasion.trigger, from: occasion.sender)
    return occasion
  }

  private mutating func isTrigger(
    _ packet: Packet, _ header: TCPHeader, from side: Side
  ) -> Bool {
    let flags = header.flags
    guard !flags.contains(.reset), (side == .server) == (options.on == .synack) else {
      return false
    }
    if options.established, !memory.isAnswered(packet, header, from: side) { return false }
    switch options.on {
    case .syn: return flags.intersection([.syn, .acknowledgement]) == .syn
    case .synack: return flags.isSuperset(of: [.syn, .acknowledgement])
    case .fin: return flags.contains(.fin)
    case .any:
      return !flags.contains(.syn)
        && (flags.contains(.acknowledgement) || !packet.payload.isEmpty)
    case .data:
      let text = Array(options.match.utf8)
      if options.reassemble { return memory.completes(text, packet, header) }
      return !packet.payload.isEmpty && packet.payload.contains(sequence: text)
    }
  }
}
