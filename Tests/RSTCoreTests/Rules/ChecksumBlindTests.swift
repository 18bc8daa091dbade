import RSTCore
import RSTTestSupport
import RSTWire
import Testing

@Suite struct ChecksumBlindTests {
  static var blind: Reject {
    var reject = Reject(.port(81))
    reject.verifiesChecksums = false
    return reject
  }

  @Test(arguments: families)
  func `a device that answers a wrong checksum is named (RFC 9293, MUST-3)`(
    _ family: AddressFamily
  ) throws {
    let run = try SimulatedNetwork.path(Self.blind, at: 1).run(81, family)
    #expect(run.codes.contains("checksum-blind-device"))
    #expect(!run.codes.contains("checksum-blind-host"))
    #expect(run.conclusion.verdict.responder == .networkDevice)
  }

  @Test(arguments: families)
  func `netfilter, which verifies checksums, is not`(_ family: AddressFamily) throws {
    let codes = try SimulatedNetwork.path(Reject(.port(81)), at: 1).codes(81, family)
    #expect(!codes.contains { $0.hasPrefix("checksum-blind") })
  }

  @Test func `an answer from where the host is names the host, not a device`() {
    var script = Script()
    script.showClosedControl()
    script.exchange("syn", .reset)
    script.exchange("bare-syn", .reset)
    script.exchange("bad-checksum", .reset)
    #expect(script.codes.contains("checksum-blind-host"))
    #expect(!script.codes.contains("checksum-blind-device"))
  }

  @Test func `an ICMP error about it names nobody: routers do not read TCP checksums`() {
    var script = Script()
    script.showClosedControl()
    script.exchange("syn", .prohibited(from: 1))
    script.exchange("bad-checksum", .prohibited(from: 1))
    #expect(!script.codes.contains { $0.hasPrefix("checksum-blind") })
  }
}
