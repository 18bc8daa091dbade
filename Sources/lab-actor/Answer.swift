import ArgumentParser
import Glibc
import RSTWire

/// A device in the path that refuses SYNs itself, and does not look at their checksums.
///
/// The real packets are dropped by a filter rule of the same machine.
struct Answer: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Refuses SYNs in the target's name without checking their checksums.")

  @OptionGroup var forgery: ForgeryOptions

  func run() throws {
    let form = try forgery.forgery()
    let tap = try Tap(interface: forgery.interface)
    report("ready")
    while true {
      wait(for: [tap.descriptor], until: nil)
      while let sighting = tap.next() {
        guard !sighting.isOutgoing, let header = sighting.packet.tcp,
          header.destinationPort == forgery.port,
          header.flags.intersection([.syn, .acknowledgement, .reset]) == .syn
        else { continue }
        let occasion = Occasion(packet: sighting.packet, trigger: header, sender: .client)
        for packet in form.packets(for: .client, on: occasion) {
          tap.send(Inject.linkToClient(sighting) + packet.encoded())
        }
      }
    }
  }
}
