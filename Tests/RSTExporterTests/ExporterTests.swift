import RSTCore
import RSTWire
import Synchronization
import Testing

@testable import RSTExporter

/// The answers of an exporter, without a network and without HTTP.
@Suite struct ExporterTests {
  /// What plays the network: one address for each name, and one verdict for each address.
  final class Script: Prober {
    struct State {
      var asked: [Target] = []
      var resolved: [String] = []
      var running: [IPAddress: Int] = [:]
      var mostAtOnce = 0
    }
    let port: PortState
    let failure: ProbeFailure?
    let state = Mutex(State())

    init(_ port: PortState = .open, failure: ProbeFailure? = nil) {
      self.port = port
      self.failure = failure
    }

    func address(of name: String) async throws(ProbeFailure) -> IPAddress {
      state.withLock { $0.resolved.append(name) }
      guard name != "nowhere.example" else { throw ProbeFailure(.name, "nobody knows\n\(name)") }
      return .v4(IPv4Address(rawValue: 0xc000_0201))
    }

    func diagnose(
      _ target: Target, checks: Set<Check>, within limit: Duration
    ) async throws(ProbeFailure) -> Diagnosis {
      state.withLock { state in
        state.asked.append(target)
        state.running[target.address, default: 0] += 1
        state.mostAtOnce = max(state.mostAtOnce, state.running[target.address] ?? 0)
      }
      // Others get the chance to be in the way.
      for _ in 0..<100 { await Task.yield() }
      state.withLock { $0.running[target.address, default: 0] -= 1 }
      if let failure { throw failure }
      let finding = Finding(
        code: FindingCode(rawValue: "open-port"), confidence: 0.9, responder: .host,
        phase: .handshake, evidence: [], explanation: "", nextStep: "")
      return Diagnosis(
        target: target,
        vantage: Vantage(source: target.address, interface: "lo", nextHop: nil),
        timing: Timing(
          started: Moment(nanoseconds: 0), elapsed: .milliseconds(20),
          roundTrip: .microseconds(250),
          packetsSent: 30, packetsReceived: 20, isInterrupted: port == .inconclusive),
        transcript: Transcript(),
        conclusion: Conclusion(
          verdict: Verdict(port: port, responder: .host, confidence: 0.97, hop: 3), headline: "",
          findings: [finding], considered: [], path: [], nextStep: ""))
    }
  }

  private func exporter(_ prober: Script, allowed: [String] = ["192.0.2.0/24:1-65535"]) throws
    -> Exporter
  {
    var list = AllowList()
    for entry in allowed { try list.add(entry) }
    return Exporter(allowed: list, jobs: 4, prober: prober)
  }

  private func probe(_ target: String, _ more: [(name: String, value: String)] = [])
    -> Exporter.Request
  {
    Exporter.Request(path: "/probe", query: [("target", target)] + more)
  }

  @Test func `the verdict is labels, and each line is one of Prometheus' text format`() async throws
  {
    let reply = await (try exporter(Script())).reply(to: probe("192.0.2.1:443"))
    #expect(reply.status == 200)
    #expect(reply.mediaType == "text/plain; version=0.0.4; charset=utf-8")
    for line in [
      "probe_success 1", "rstprobe_verdict{port=\"open\",responder=\"host\"} 1",
      "rstprobe_confidence 0.97", "rstprobe_hop 3", "rstprobe_finding{code=\"open-port\"} 1",
      "rstprobe_round_trip_seconds 0.00025", "rstprobe_packets{direction=\"sent\"} 30",
      "rstprobe_packets{direction=\"received\"} 20", "rstprobe_interrupted 0",
      "rstprobe_target_info{address=\"192.0.2.1\"} 1",
    ] {
      #expect(reply.text.contains("\n\(line)\n"), "\(line)")
    }
    #expect(reply.text.contains("\nprobe_duration_seconds "))
    try expectForm(reply.text)
  }

  private func expectForm(_ text: String) throws {
    let sample = try Regex(#"[a-z_]+(\{([a-z]+="([^"\\\n]|\\.)*",?)+\})? [0-9.e+-]+"#)
    var headed: Set<Substring> = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
      if line.hasPrefix("# ") {
        let words = line.split(separator: " ")
        if words[1] == "TYPE" { #expect(headed.insert(words[2]).inserted, "twice: \(line)") }
      } else {
        #expect(try sample.wholeMatch(in: line) != nil, "\(line)")
        #expect(headed.contains(line.prefix { $0 != "{" && $0 != " " }), "no head: \(line)")
      }
    }
    #expect(text.hasSuffix("\n"))
  }

  @Test(arguments: [
    (PortState.open, "", 1), (.dropped, "", 1), (.inconclusive, "", 0),
    (.open, "open", 1), (.open, "closed,rejected", 0), (.rejected, "closed,rejected", 1),
    (.inconclusive, "open", 0),
  ])
  func `success is what was expected, or else what can be told at all`(
    port: PortState, expected: String, success: Int
  ) async throws {
    let more = expected.isEmpty ? [] : [(name: "expect", value: expected)]
    let reply = await (try exporter(Script(port))).reply(to: probe("192.0.2.1:443", more))
    #expect(reply.text.contains("\nprobe_success \(success)\n"))
    #expect(reply.status == 200)
  }

  @Test func `what is not allowed is not probed, and not looked up`() async throws {
    let script = Script()
    let exporter = try exporter(script)
    for target in ["198.51.100.1:443", "www.example.org:443"] {
      let reply = await exporter.reply(to: probe(target))
      #expect(reply.status == 403)
      #expect(reply.text.contains(target))
    }
    let bad = await exporter.reply(to: probe("192.0.2.1:x\nprobe_success 1\u{1b}[2J"))
    #expect(bad.status == 400)
    #expect(bad.text.split(separator: "\n").count == 1)
    #expect(!bad.text.contains("\u{1b}"))
    #expect(script.state.withLock { $0.asked.isEmpty && $0.resolved.isEmpty })
    let own = await exporter.reply(to: Exporter.Request(path: "/metrics"))
    #expect(own.text.contains("rstprobe_exporter_refused_total{reason=\"forbidden\"} 2\n"))
    #expect(own.text.contains("rstprobe_exporter_refused_total{reason=\"malformed\"} 1\n"))
    try expectForm(own.text)
  }

  @Test func `what cannot be probed is no success, and the reason is a label`() async throws {
    let script = Script(failure: ProbeFailure(.route, "network is unreachable"))
    let exporter = try exporter(script, allowed: ["192.0.2.1:1", "nowhere.example:1"])
    let route = await exporter.reply(to: probe("192.0.2.1:1"))
    #expect(route.status == 200)
    #expect(route.text.contains("\nprobe_success 0\n"))
    #expect(route.text.contains("\nrstprobe_failure{reason=\"route\"} 1\n"))
    let name = await exporter.reply(to: probe("nowhere.example:1"))
    #expect(name.text.contains("\n# - nobody knows nowhere.example\n"))
    #expect(name.text.contains("\nrstprobe_failure{reason=\"name\"} 1\n"))
    try expectForm(name.text)
    let own = await exporter.reply(to: Exporter.Request(path: "/metrics"))
    #expect(own.text.contains("rstprobe_exporter_probes_total{result=\"failed\"} 2\n"))
  }

  @Test func `one run of a host at a time, by whichever name`() async throws {
    let script = Script()
    let names = ["192.0.2.1", "[::ffff:192.0.2.1]", "a.example", "b.example"]
    let exporter = try exporter(
      script, allowed: ["192.0.2.1:1-9", "a.example:1-9", "b.example:1-9"])
    await withTaskGroup { group in
      for (place, name) in names.enumerated() {
        for port in 1...2 {
          // As patient as may be: other tests keep every thread busy for seconds.
          var request = probe("\(name):\(2 * place + port)")
          request.scrapeTimeout = "120"
          group.addTask { [request] in await exporter.reply(to: request).status }
        }
      }
      for await status in group { #expect(status == 200) }
    }
    #expect(script.state.withLock { $0.mostAtOnce } == 1)
    #expect(script.state.withLock { $0.asked.count } == 8)
    let own = await exporter.reply(to: Exporter.Request(path: "/metrics"))
    #expect(own.text.contains("rstprobe_exporter_probes_total{result=\"answered\"} 8\n"))
    #expect(own.text.contains("rstprobe_exporter_running 0\n"))
    #expect(own.text.contains("rstprobe_exporter_waiting 0\n"))
  }

  @Test func `there are few paths, and one method`() async throws {
    let exporter = try exporter(Script())
    func status(_ path: String, _ method: String = "GET") async -> Int {
      await exporter.reply(to: Exporter.Request(method: method, path: path)).status
    }
    #expect(await status("/") == 200)
    #expect(await status("/-/healthy") == 200)
    #expect(await status("/metrics", "HEAD") == 200)
    #expect(await status("/metrics", "POST") == 405)
    #expect(await status("/probe", "DELETE") == 405)
    #expect(await status("/probe") == 400)
    #expect(await status("/etc/passwd") == 404)
    #expect(await status("") == 404)
  }
}
