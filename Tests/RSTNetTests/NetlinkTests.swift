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

  @Test func `a neighbour's state is read, also from a message without attributes`() throws {
    let body: [UInt8] = [2, 0, 0, 0, 7, 0, 0, 0, 0x20, 0, 0, 0]
    #expect(try NeighbourAnswer(parsing: message(type: 28, body: body)[...]).state == 0x20)
    #expect(throws: SystemFailure(number: EPROTO)) {
      _ = try NeighbourAnswer(parsing: self.message(type: 24, body: body)[...])
    }
  }

  @Test(arguments: 0..<28)
  func `a neighbour message that is cut off is no answer`(_ length: Int) {
    let body: [UInt8] = [2, 0, 0, 0, 7, 0, 0, 0, 0x20, 0, 0, 0]
    let cut = message(type: 28, body: body).prefix(length)
    #expect(throws: SystemFailure.self) { _ = try NeighbourAnswer(parsing: cut) }
  }
}
