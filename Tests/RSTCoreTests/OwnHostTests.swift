import RSTTestSupport
import RSTWire
import Testing

@testable import RSTCore

/// This machine as a suspect: each kind of evidence, and the nearest network that has none of it.
@Suite struct OwnHostTests {
  static let code = "own-host-changes-probes"

  static func run(
    _ family: AddressFamily, port: UInt16 = 80, faults: Faults = Faults(), seed: UInt64 = 1,
    _ change: (inout SimulatedKernel) -> Void
  ) throws -> SimulatedRun {
    var kernel = SimulatedKernel()
    change(&kernel)
    return try SimulatedRun(
      port: port, family, .path(), faults: faults, kernel: kernel, seed: seed)
  }

  static func changes(_ run: SimulatedRun) -> [String] {
    guard let finding = run.conclusion.findings.first(where: { $0.code.rawValue == code }),
      case .words(let words)? = finding.details.first(where: { $0.key == "changes" })?.value
    else { return [] }
    return words
  }

  /// Nobody is accused, the state is open, and the report says where to look.
  static func expectOwn(_ run: SimulatedRun, _ words: String) {
    #expect(run.conclusion.verdict.port == .inconclusive)
    #expect(run.conclusion.verdict.alternatives.count >= 2)
    #expect(run.codes == [code])
    #expect(
      run.conclusion.headline.contains(words), "\(run.conclusion.headline)")
  }

  // MARK: - What hides the port

  @Test(arguments: families)
  func `another source address is told by our own number`(_ family: AddressFamily) throws {
    let other = family == .ipv4 ? "198.51.100.99" : "2001:db8::99"
    let address = try #require(IPAddress(other))
    let run = try Self.run(family) {
      $0.alters = { draft in
        var draft = draft
        // Connection tracking translates what it follows.
        if let flags = draft.segment?.flags, flags.contains(.syn) || flags == .acknowledgement {
          draft.source = address
        }
        return draft
      }
    }
    Self.expectOwn(run, "\(SimulatedRun.prober(family)) -> \(other)")
    #expect(run.conclusion.nextStep.contains("--source"))
  }

  @Test(arguments: families)
  func `another source port, and another destination, are told likewise`(
    _ family: AddressFamily
  ) throws {
    let port = try Self.run(family) {
      $0.alters = { draft in
        guard var segment = draft.segment else { return draft }
        segment.sourcePort ^= 0x4000
        var draft = draft
        draft.content = .segment(segment)
        return draft
      }
    }
    Self.expectOwn(port, "source port")
    let there = try #require(IPAddress(family == .ipv4 ? "203.0.113.99" : "2001:db8:3::99"))
    let destination = try Self.run(family) {
      $0.alters = { draft in
        guard var segment = draft.segment else { return draft }
        var draft = draft
        draft.destination = there
        segment.destinationPort = 8080
        draft.content = .segment(segment)
        return draft
      }
    }
    Self.expectOwn(destination, "destination address")
  }

  @Test(arguments: families)
  func `what connection tracking follows and nothing else kept back is a redirection`(
    _ family: AddressFamily
  ) throws {
    let run = try Self.run(family) {
      $0.swallows = { packet in
        guard let header = packet.tcp, header.destinationPort == 80 else { return false }
        return header.flags.contains(.syn) && !header.flags.contains(.fin)
          && !header.flags.contains(.reset) || header.flags == .acknowledgement
      }
    }
    Self.expectOwn(run, "redirection to a local port")
  }

  @Test(arguments: families)
  func `no way for some packets to an address that others leave for is a rule of ours`(
    _ family: AddressFamily
  ) throws {
    let noWay = Refusal(cause: .noWay, text: "ENETUNREACH")
    let run = try Self.run(family) {
      $0.refusal = { packet in
        packet.tcp.map { $0.destinationPort == 80 && $0.flags.contains(.syn) } ?? false
          ? noWay : nil
      }
    }
    Self.expectOwn(run, "ENETUNREACH")
    let network = try SimulatedRun(
      port: 80, family, .path(), kernel: .refusing(PacketMatch { _ in true }, noWay))
    #expect(network.conclusion.verdict.port == .unreachable)
    #expect(!network.codes.contains(Self.code))
  }

  @Test(arguments: families)
  func `a hop limit that does not reach the target accuses no router`(
    _ family: AddressFamily
  ) throws {
    let run = try Self.run(family) {
      $0.alters = { draft in
        var draft = draft
        draft.hopLimit = 1
        return draft
      }
    }
    Self.expectOwn(run, "hop limit")
  }

  @Test(arguments: families)
  func `checksums that this machine breaks are no silence of the network`(
    _ family: AddressFamily
  ) throws {
    let run = try Self.run(family) {
      $0.alters = { draft in
        guard var segment = draft.segment else { return draft }
        var draft = draft
        segment.checksum = .corrupted
        draft.content = .segment(segment)
        return draft
      }
    }
    Self.expectOwn(run, "checksum right -> wrong")
  }

  // MARK: - What is only said

  @Test(arguments: families)
  func `one hop limit for all takes the ladder away and no more`(_ family: AddressFamily) throws {
    for port: UInt16 in [80, 81] {
      let run = try Self.run(family, port: port) {
        $0.alters = { draft in
          var draft = draft
          draft.hopLimit = 64
          return draft
        }
      }
      #expect(run.conclusion.verdict.port == (port == 80 ? .open : .closed))
      #expect(run.conclusion.verdict.hop == nil)
      #expect(run.codes == [port == 80 ? "open-port" : "closed-port", Self.code])
      #expect(Self.changes(run) == ["hop limit -> 64"])
    }
  }

  @Test(arguments: families)
  func `clamped segments, cleared DSCP and lost options change no verdict`(
    _ family: AddressFamily
  ) throws {
    for port: UInt16 in [80, 81] {
      let run = try Self.run(family, port: port) {
        $0.alters = { draft in
          guard var segment = draft.segment else { return draft }
          var draft = draft
          draft.trafficClass = 0
          segment.options = segment.options.compactMap { option in
            switch option {
            case .maximumSegmentSize: .maximumSegmentSize(1000)
            case .timestamps: nil
            default: option
            }
          }
          draft.content = .segment(segment)
          return draft
        }
      }
      let state = run.conclusion.verdict.port
      #expect(state == (port == 80 ? .open : .closed) || state == .inconclusive)
      #expect(Set(run.codes).isSubset(of: ["open-port", "closed-port", Self.code]))
      #expect(run.codes.contains(Self.code))
      #expect(Self.changes(run).contains { $0.hasSuffix("-> 1000") })
      #expect(Self.changes(run).contains("DSCP -> 0"))
      #expect(Self.changes(run).contains("timestamps -> none"))
    }
  }

  @Test(arguments: families)
  func `odd flags that this machine takes off are nothing that the host accepts`(
    _ family: AddressFamily
  ) throws {
    let run = try Self.run(family) {
      $0.alters = { draft in
        guard var segment = draft.segment, segment.flags.contains(.syn) else { return draft }
        var draft = draft
        segment.flags = .syn
        draft.content = .segment(segment)
        return draft
      }
    }
    #expect(run.conclusion.verdict.port == .open)
    #expect(run.codes == ["open-port", Self.code])
  }

  @Test(arguments: families)
  func `resets of our own packet filter are no full accept queue`(_ family: AddressFamily) throws {
    let run = try Self.run(family) {
      $0.answers = { packet in
        guard let header = packet.tcp, header.flags.contains([.syn, .acknowledgement]) else {
          return nil
        }
        // As nf_send_reset makes it.
        return PacketDraft(
          source: packet.network.destination, destination: packet.network.source,
          identification: 0,
          content: .segment(
            SegmentDraft(
              sourcePort: header.destinationPort, destinationPort: header.sourcePort,
              sequence: header.acknowledgement, flags: .reset, window: 0)))
      }
    }
    #expect(run.conclusion.verdict.port == .open || run.conclusion.verdict.port == .inconclusive)
    #expect(!run.codes.contains("accept-queue-overflow-reset"))
    #expect(run.codes.contains(Self.code))
    #expect(run.conclusion.nextStep.contains("input chains"))
  }

  // MARK: - What must not fire it

  @Test(arguments: [UInt64(1), 2, 3, 4, 5, 6], families)
  func `a clean machine is never suspected, whatever the path does`(
    _ seed: UInt64, _ family: AddressFamily
  ) throws {
    var faults = Faults()
    faults.loss = 0.2
    faults.duplication = 0.1
    faults.jitter = .milliseconds(15)
    faults.reordering = 0.1
    for scenario in Scenario.main {
      let run = try SimulatedRun(
        port: scenario.port, family, scenario.network, faults: faults, seed: seed)
      #expect(!run.codes.contains(Self.code), "\(scenario): \(Self.changes(run))")
    }
  }

  @Test(arguments: [1, 5, 21, 60, 200], families)
  func `what an interrupt kept from leaving is nobody's doing`(
    _ milliseconds: Int, _ family: AddressFamily
  ) throws {
    let run = try Self.run(family) {
      $0.interruption = Moment(nanoseconds: 1_000_000_000) + .milliseconds(milliseconds)
    }
    #expect(!run.codes.contains(Self.code))
  }

  @Test(arguments: families)
  func `a copy that a router sends back to us, rewritten, is no doing of ours`(
    _ family: AddressFamily
  ) throws {
    var script = Script(family)
    let attempt = script.send("syn")
    var draft = script.transcript.attempts[attempt].draft
    draft.source = try #require(IPAddress(family == .ipv4 ? "198.51.100.77" : "2001:db8::77"))
    let copy = try #require(Packet(datagram: draft.encoded()))
    var table = FlowTable(
      source: SimulatedRun.prober(family), destination: SimulatedRun.target(family))
    var known = script.transcript.attempts[attempt]
    known.isHandedOver = true
    table.add(known)
    // It was seen leaving as it was built.
    #expect(table.match(copy, among: [known]) == nil)
    known.departure = .notSeen
    #expect(table.match(copy, among: [known])?.direction == .sent)
    known.isHandedOver = false
    #expect(table.match(copy, among: [known]) == nil)
  }

  @Test(arguments: families)
  func `packets that the capture lost are not called kept back`(_ family: AddressFamily) throws {
    let run = try Self.run(family) { $0.swallows = { $0.tcp?.destinationPort == 80 } }
    #expect(run.codes == [Self.code])
    var transcript = run.investigation.transcript
    transcript.missed = 1
    let conclusion = Conclusion(Observations(transcript, of: run.target))
    #expect(conclusion.findings.isEmpty)
    #expect(conclusion.verdict.port == .inconclusive)
  }
}
