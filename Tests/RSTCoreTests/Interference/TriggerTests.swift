import RSTCore
import RSTTestSupport
import Testing

@Suite struct TriggerTests {
  func sni(_ name: String, seed: UInt64 = 1) -> Trigger {
    var random = SeededGenerator(seed: seed)
    return .sni(name, using: &random)
  }

  @Test func `a request over HTTP differs from its control in the name alone`() throws {
    let trigger = Trigger.httpHost("blocked.example")
    let text = String(decoding: trigger.octets, as: UTF8.self)
    #expect(text.hasPrefix("GET / HTTP/1.1\r\nHost: blocked.example\r\n"))
    #expect(text.hasSuffix("\r\nConnection: keep-alive\r\n\r\n"))
    let harmless = String(decoding: try #require(trigger.harmless), as: UTF8.self)
    #expect(harmless == text.replacing("blocked.example", with: "example.com"))
    #expect(trigger.harmlessName == "example.com")
    #expect(trigger.split == nil)
  }

  @Test(arguments: [
    ("blocked.example", "example.com"), ("example.com", "example.org"),
    ("www.Example.COM", "example.org"), ("notexample.com", "example.com"),
    ("example.com.blocked.example", "example.com"), ("example.org", "example.com"),
  ])
  func `the harmless name is neither the trigger's nor above it`(_ name: String, _ other: String) {
    #expect(Trigger.httpHost(name).harmlessName == other)
    #expect(sni(name).harmlessName == other)
  }

  @Test func `a payload is sent as it is, without a control of its own`() {
    let trigger = Trigger.payload([0, 255], name: "a file")
    #expect(trigger.octets == [0, 255])
    #expect(trigger.name == "a file")
    #expect(trigger.harmless == nil)
    #expect(trigger.harmlessName == nil)
    #expect(trigger.split == nil)
  }

  @Test(arguments: ["a", "example.net", HelloSample.longestName])
  func `a hello is well-formed, names the host and fits a segment`(_ name: String) throws {
    for seed in 0..<50 {
      let trigger = sni(name, seed: UInt64(seed))
      #expect(trigger.octets.count < 600)
      let hello = try #require(HelloSample(parsing: trigger.octets))
      #expect(hello.serverName == name)
      #expect(hello.session.count == 32)
      #expect(hello.suites.prefix(4).dropFirst() == [0x1301, 0x1302, 0x1303])
      #expect(hello.protocols == ["h2", "http/1.1"])
      #expect(hello.versions.dropFirst() == [0x0304, 0x0303])
      #expect(hello.groups.dropFirst() == [29, 23, 24])
      #expect(hello.shares.map(\.group) == [hello.groups[0], 29])
      #expect(hello.shares.map(\.key.count) == [1, 32])
      let types = hello.extensions.map(\.type)
      #expect(Set(types).count == types.count)
      #expect(Set([23, 0xff01, 11, 35, 5, 13, 18, 45]).isSubset(of: types))
      let reserved = [hello.suites[0], hello.groups[0], hello.versions[0], types[0]]
      #expect(reserved.allSatisfy { $0 & 0x0f0f == 0x0a0a && $0 >> 8 == $0 & 0xff })
      // What some servers do not bear: RFC 7685.
      #expect(!(256..<512).contains(trigger.octets.count - 5))
    }
  }

  @Test func `the harmless hello differs in the name and what counts it alone`() throws {
    let trigger = sni("blocked.example.net")
    let hello = try #require(HelloSample(parsing: trigger.octets))
    var harmless = try #require(trigger.harmless.flatMap(HelloSample.init))
    #expect(harmless.serverName == "example.com")
    #expect(harmless.random == hello.random)
    // Names of usual lengths give hellos of one size.
    #expect(trigger.harmless?.count == trigger.octets.count)
    for index in hello.extensions.indices where [0, 21].contains(hello.extensions[index].type) {
      #expect(harmless.extensions[index].type == hello.extensions[index].type)
      harmless.extensions[index].content = hello.extensions[index].content
    }
    harmless.serverName = hello.serverName
    #expect(harmless == hello)
  }

  @Test func `the cut is in the midst of the name`() throws {
    let trigger = sni("blocked.example")
    let split = try #require(trigger.split)
    #expect(Array("blocked.example".utf8) == Array(trigger.octets[(split - 7)..<(split + 8)]))
  }

  @Test func `hellos of two seeds share nothing that is random`() throws {
    let one = try #require(HelloSample(parsing: sni("a.example", seed: 1).octets))
    let other = try #require(HelloSample(parsing: sni("a.example", seed: 2).octets))
    #expect(sni("a.example", seed: 1) == sni("a.example", seed: 1))
    #expect(one.random != other.random)
    #expect(one.session != other.session)
    #expect(one.shares[1].key != other.shares[1].key)
  }
}
