import ArgumentParser
import Glibc
import RSTWire

/// How forged resets look, as options.
struct ForgeryOptions: ParsableArguments {
  @Option(help: "The interface that faces the client.")
  var interface: String

  @Option(help: "The port whose connections are answered.")
  var port: UInt16

  @Option(help: "Time to live or hop limit of the forged packets where they leave.")
  var ttl: UInt8 = 64

  @Option(help: "Their IP ID: a number, copied, or random.")
  var identification = "0"

  @Option(help: "Their window.")
  var window: UInt16 = 0

  @Option(help: "Their flags: rst or rst-ack.")
  var flags = "rst-ack"

  @Option(help: "Their traffic class: a number, or copied.")
  var trafficClass = "0"

  func forgery() throws -> Forgery {
    let number: Forgery.Identification
    switch identification {
    case "copied": number = .copied
    case "random": number = .random
    default:
      guard let value = UInt16(identification) else {
        throw ValidationError("--identification is a number, copied or random")
      }
      number = .fixed(value)
    }
    guard ["rst", "rst-ack"].contains(flags) else {
      throw ValidationError("--flags is rst or rst-ack")
    }
    guard trafficClass == "copied" || UInt8(trafficClass) != nil else {
      throw ValidationError("--traffic-class is a number or copied")
    }
    return Forgery(
      hopLimit: ttl, identification: number, window: window,
      flags: flags == "rst" ? .reset : [.reset, .acknowledgement],
      trafficClass: UInt8(trafficClass))
  }
}

/// An on-path injector: it sees packets pass and adds forged resets, but stops nothing.
struct Inject: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Adds forged resets beside the target's own answers.")

  /// What an injector answers.
  enum Trigger: String, ExpressibleByArgument {
    /// The client's SYN: the reset is earlier than the target's answer.
    case syn
    /// The target's SYN-ACK: the reset comes behind it.
    case synack
  }

  @OptionGroup var forgery: ForgeryOptions

  @Option(help: "What triggers it: syn or synack.")
  var on = Trigger.syn

  @Option(help: "How long it waits, in milliseconds.")
  var delay = 0.0

  @Option(help: "How many copies it sends.")
  var copies = 1

  func run() throws {
    let form = try forgery.forgery()
    let tap = try Tap(interface: forgery.interface)
    var pending: [(due: UInt64, frame: [UInt8])] = []
    report("ready")
    while true {
      wait(for: [tap.descriptor], until: pending.first?.due)
      while let sighting = tap.next() {
        guard isTrigger(sighting) else { continue }
        for _ in 0..<copies {
          guard let frame = form.frame(answering: sighting) else { continue }
          pending.append((monotonicNow() + UInt64(delay * 1e6), frame))
        }
      }
      // All wait equally long, so the oldest is due first.
      let now = monotonicNow()
      let due = pending.prefix { $0.due <= now }
      for (_, frame) in due { tap.send(frame) }
      pending.removeFirst(due.count)
    }
  }

  private func isTrigger(_ sighting: Tap.Sighting) -> Bool {
    guard let header = sighting.packet.tcp,
      !sighting.packet.anomalies.contains(.badChecksum)
    else { return false }
    switch on {
    case .syn:
      return !sighting.isOutgoing && header.destinationPort == forgery.port
        && header.flags.intersection([.syn, .acknowledgement, .reset]) == .syn
    case .synack:
      return sighting.isOutgoing && header.sourcePort == forgery.port
        && header.flags.isSuperset(of: [.syn, .acknowledgement])
    }
  }
}
