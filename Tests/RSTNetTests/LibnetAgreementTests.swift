import CLibnet
import RSTWire
import Testing

@testable import RSTNet

/// Our encoder and libnet, octet for octet; libnet only builds here, which needs no privilege.
@Suite struct LibnetAgreementTests {
  static let drafts =
    NamedDraft.all(
      from: .v4(IPv4Address(rawValue: 0xc000_0201)), to: .v4(IPv4Address(rawValue: 0xc633_6402)))
    + NamedDraft.all(
      from: .v6(IPv6Address(rawValue: 0x2001_0db8_0000_0000_0000_0000_0000_0001)),
      to: .v6(IPv6Address(rawValue: 0x2001_0db8_0001_0002_0003_0004_0005_0006)))

  @Test(arguments: drafts.filter { LibnetContext.canExpress($0.draft) })
  func `libnet and our encoder make the same octets`(_ sample: NamedDraft) throws {
    let context = try LibnetContext(.none)
    try context.build(sample.draft)
    #expect(try octets(of: context) == sample.draft.encoded())
  }

  @Test func `a context forgets the packet before`() throws {
    let context = try LibnetContext(.none)
    for sample in Self.drafts where LibnetContext.canExpress(sample.draft) {
      try context.build(sample.draft)
    }
    let first = try #require(Self.drafts.first)
    try context.build(first.draft)
    #expect(try octets(of: context) == first.draft.encoded())
  }

  @Test func `libnet cannot express a flow label with unequal low octets`() throws {
    let sample = try #require(Self.drafts.first { !LibnetContext.canExpress($0.draft) })
    let context = try LibnetContext(.none)
    try context.build(sample.draft)
    // The day that libnet is repaired this fails, and the detour around it can go.
    #expect(try octets(of: context) != sample.draft.encoded())
  }

  @Test func `addresses of different families are refused`() throws {
    let context = try LibnetContext(.none)
    var draft = try #require(Self.drafts.first).draft
    draft.source = .v6(IPv6Address(rawValue: 1))
    let error = #expect(throws: InjectionError.self) { try context.build(draft) }
    #expect(error?.activity == "building a packet")
  }

  /// The octets that libnet would send; the call is internal to libnet, so it stays in tests.
  private func octets(of context: borrowing LibnetContext) throws -> [UInt8] {
    var packet: UnsafeMutablePointer<UInt8>?
    var count: UInt32 = 0
    let status = unsafe libnet_pblock_coalesce(context.handle, &packet, &count)
    try #require(status == 1)
    let octets = unsafe Array(UnsafeBufferPointer(start: packet, count: Int(count)))
    unsafe free(packet)
    return octets
  }
}
