import CLinux
import RSTCore
import RSTWire
import Testing

@testable import RSTNet

@Suite struct CaptureFileTests {
  private let draft = NamedDraft.all(
    from: .v4(IPv4Address(rawValue: 0xc000_0201)), to: .v4(IPv4Address(rawValue: 0xc633_6402)))[1]
    .draft

  private func temporaryPath(_ name: String) -> String {
    "/tmp/rstnet-\(getpid())-\(name).pcap"
  }

  @Test func `what is written can be read again to the nanosecond`() throws {
    let path = temporaryPath("round-trip")
    defer { unsafe unlink(path) }
    let packet = try #require(Packet(link: .raw, octets: draft.encoded()))
    let moment = Moment(nanoseconds: 1_700_000_000_123_456_789)
    var writer = try CaptureFileWriter(path: path)
    writer.write(packet, at: moment)
    try writer.flush()
    var file = try CaptureFile(path: path)
    var seen: [CaptureFile.FrameHeader] = []
    file.forEachFrame { header, octets in
      seen.append(header)
      let read = Packet(
        link: header.linkType, octets: octets, originalLength: header.originalLength)
      #expect(read == packet)
      return true
    }
    #expect(
      seen == [
        CaptureFile.FrameHeader(
          number: 1, moment: moment, linkType: .raw, originalLength: packet.octets.count)
      ])
  }

  @Test func `a directory that is not there is named before anything is made`() throws {
    let path = "/tmp/rstnet-\(getpid())-missing/run.pcap"
    #expect(CaptureFileWriter.obstacle(to: path) == SystemFailure(number: ENOENT))
    let error = #expect(throws: CaptureError.self) { _ = try CaptureFileWriter(path: path) }
    #expect(error?.code == .file)
    #expect(error?.description == "writing \(path): No such file or directory")
  }

  @Test func `a directory is no file`() {
    #expect(CaptureFileWriter.obstacle(to: "/tmp") == SystemFailure(number: EISDIR))
  }

  @Test func `looking for obstacles makes no file`() {
    let path = temporaryPath("obstacle")
    #expect(CaptureFileWriter.obstacle(to: path) == nil)
    #expect(unsafe access(path, F_OK) == -1)
  }

  @Test(.enabled("there is no /dev/full") { unsafe access("/dev/full", F_OK) == 0 })
  func `a full disk shows when the file is made`() throws {
    let error = #expect(throws: CaptureError.self) { _ = try CaptureFileWriter(path: "/dev/full") }
    #expect(error?.description == "writing /dev/full: No space left on device")
  }
}
