internal import RSTWire

/// A seeded fuzzer of everything in RSTWire that reads octets or text of others.
///
/// A crash ends the program; what is merely wrong is counted and described.
public enum WireFuzz {
  /// What a run met.
  public struct Outcome: Sendable {
    /// How many inputs were given.
    public var inputs = 0
    /// How many were read as a TCP segment.
    public var segments = 0
    /// How many were read as an ICMP or ICMPv6 message.
    public var messages = 0
    /// How many had a network header only.
    public var others = 0
    /// How many had no readable network header.
    public var refused = 0
    /// How many were read without any anomaly.
    public var clean = 0
    /// How many segments the reader of captured frames found in every fourth input.
    public var capturedSegments = 0
    /// How many parts of datagrams it found that did not complete one.
    public var capturedFragments = 0
    /// The first twenty broken invariants, each with the octets that broke it.
    public var failures: [String] = []
  }

  /// Gives `inputs` inputs to the readers and checks what they make of them.
  ///
  /// Nine of ten are mutated valid frames of every link type, the tenth is noise. The same seed
  /// gives the same inputs.
  public static func run(inputs: Int, seed: UInt64) -> Outcome {
    var generator = SeededGenerator(seed: seed)
    var mutator = WireFuzzMutator()
    var reader = CapturedFrameReader()
    var outcome = Outcome()
    for index in 0..<inputs {
      outcome.inputs += 1
      let frame = mutator.frame(using: &generator)
      let packet = Packet(
        link: frame.link, octets: frame.octets.span, originalLength: frame.originalLength)
      outcome.count(packet)
      var broken = packet.flatMap { WireInvariants.broken(by: $0, of: frame.octets) }
      broken =
        broken
        ?? WireAgreement.difference(
          link: frame.link, octets: frame.octets.span, originalLength: frame.originalLength)
      if index % 16 == 0 {
        broken =
          broken ?? packet.flatMap(WireInvariants.brokenText)
          ?? WireInvariants.brokenReader(of: frame.octets)
      }
      if index % 4 == 0 {
        reader.read(
          link: frame.link, octets: frame.octets.span, originalLength: frame.originalLength,
          at: Int64(index)
        ) { captured, octets in outcome.count(captured, in: octets) }
      }
      if let broken, outcome.failures.count < 20 {
        outcome.failures.append("input \(index), \(broken): \(frame)")
      }
    }
    return outcome
  }
}

extension WireFuzz.Outcome {
  fileprivate mutating func count(_ packet: Packet?) {
    switch packet?.transport {
    case .tcp: segments += 1
    case .icmp: messages += 1
    case .other: others += 1
    case nil: refused += 1
    }
    if packet?.anomalies.isEmpty == true { clean += 1 }
  }

  fileprivate mutating func count(_ frame: CapturedFrame, in octets: Span<UInt8>) {
    switch frame {
    case .segment(_, let place):
      capturedSegments += 1
      if Packet(place, of: octets)?.tcp == nil { failures.append("a segment that is not there") }
    case .fragment: capturedFragments += 1
    case .icmp, .other, .unreadable: break
    }
  }
}
