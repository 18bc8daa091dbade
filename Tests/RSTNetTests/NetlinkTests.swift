import CLinux
import RSTWire
import Testing

@testable import RSTNet

@Suite struct NetlinkTests {
  private func message(type: UInt16, body: [UInt8]) -> [UInt8] {
    let length = UInt32(16 + body.count)
    let header =
      [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: length >> $0) }
      + [UInt8(truncatingIfNeeded: type), UInt8(type >> 8)] + [UInt8](repeating: 0, count: 10)
    return header + body
  }

  @Test func `an answer names its kind and attributes`() throws {
    let route: [UInt8] = [2, 32, 0, 0, 0xfe, 0, 0, 1, 0, 0, 0, 0]
    let output: [UInt8] = [8, 0, 4, 0, 7, 0, 0, 0]
    let answer = try RouteAnswer(parsing: message(type: 24, body: route + output)[...])
    #expect(answer.kind == 1)
    #expect(answer.number(RTA_OIF) == 7)
    #expect(answer.number(RTA_GATEWAY) == nil)
  }

  @Test func `an error message is thrown with its number`() {
    let body: [UInt8] = [0x9b, 0xff, 0xff, 0xff]  // -101
    #expect(throws: SystemFailure(number: ENETUNREACH)) {
      _ = try RouteAnswer(parsing: self.message(type: 2, body: body)[...])
    }
  }

  @Test(arguments: 0..<36)
  func `a message that is cut off never reads past its end`(_ length: Int) {
    let route: [UInt8] = [2, 32, 0, 0, 0xfe, 0, 0, 1, 0, 0, 0, 0]
    let output: [UInt8] = [8, 0, 4, 0, 7, 0, 0, 0]
    let cut = message(type: 24, body: route + output).prefix(length)
    let answer = try? RouteAnswer(parsing: cut)
    #expect(answer?.number(RTA_OIF) == nil)
  }

  @Test func `an attribute that lies about its length ends the reading`() throws {
    let route: [UInt8] = [2, 32, 0, 0, 0xfe, 0, 0, 1, 0, 0, 0, 0]
    for length: UInt8 in [0, 3, 9, 255] {
      let attribute: [UInt8] = [length, 0, 4, 0, 7, 0, 0, 0]
      let answer = try RouteAnswer(parsing: message(type: 24, body: route + attribute)[...])
      #expect(answer.attributes.isEmpty)
    }
  }
}
