import RSTCore
import Testing

@testable import RSTExporter

/// What `/probe` may be asked for.
@Suite struct ProbeRequestTests {
  private func request(
    _ query: [(name: String, value: String)], timeout: String? = nil
  ) throws -> ProbeRequest {
    try ProbeRequest(query: query, scrapeTimeout: timeout)
  }

  @Test func `a target alone is the handshake, and each state that can be told is success`() throws
  {
    let request = try request([("target", "192.0.2.1:22")])
    #expect("\(request.target)" == "192.0.2.1:22")
    #expect(request.checks == [.handshake])
    #expect(request.expected.isEmpty)
    #expect(request.limit == .seconds(30))
  }

  @Test func `the path and expected states may be asked for`() throws {
    let request = try request([
      ("expect", "rejected,dropped"), ("checks", "handshake,path"), ("target", "[2001:db8::1]:443"),
    ])
    #expect("\(request.target)" == "[2001:db8::1]:443")
    #expect(request.checks == [.handshake, .path])
    #expect(request.expected == [.rejected, .dropped])
  }

  @Test(arguments: [
    ("10", 9.5), ("10.0", 9.5), ("0.7", 0.5), ("0.001", 0.5), ("3600", 120), ("1e300", 120),
  ])
  func `half a second of Prometheus' patience is left for the way back`(
    text: String, seconds: Double
  ) throws {
    let limit = try request([("target", "192.0.2.1:22")], timeout: text).limit
    #expect(abs(limit.seconds - seconds) < 1e-6)
  }

  @Test(arguments: ["", "soon", "nan", "inf", "-inf", "-1", "0", "10s"])
  func `what is no time is no scrape timeout`(text: String) {
    #expect(throws: RequestRefusal.self) {
      try request([("target", "192.0.2.1:22")], timeout: text)
    }
  }

  @Test(arguments: [
    "", "192.0.2.1", "192.0.2.1:0", "192.0.2.1:22,23", "192.0.2.1:22-23", "192.0.2.0/24:22",
    "192.0.2.0/32:22", "192.0.2.1-9:22", "192.0.2.1-192.0.2.1:22", "2001:db8::1:443",
    "[fe80::1%eth0]:22", "[fe80::1%25eth0]:22", "127.1:22", "2130706433:22", "0x7f.1:22",
    "0177.0.0.1:22", "localhost:22\nprobe_success 1", "local\u{0}host:22", "a b:22", "-a:22",
    "http://192.0.2.1:22/", "user@192.0.2.1:22", "exämple.org:22",
    String(repeating: "a.", count: 200) + "org:22",
  ])
  func `what is not one port of one host is refused`(target: String) {
    #expect {
      try request([("target", target)])
    } throws: {
      ($0 as? RequestRefusal)?.status == 400
    }
  }

  @Test func `what is unknown, doubled, missing or not gentle is refused`() {
    let target = (name: "target", value: "192.0.2.1:22")
    for query in [
      [], [target, target], [target, ("module", "tcp")], [target, ("checks", "rfc5961")],
      [target, ("checks", "invasive")], [target, ("checks", "")], [target, ("expect", "up")],
      [target, ("expect", "inconclusive")], [target, ("expect", "open,")],
    ] {
      #expect(throws: RequestRefusal.self) { try request(query) }
    }
  }
}
