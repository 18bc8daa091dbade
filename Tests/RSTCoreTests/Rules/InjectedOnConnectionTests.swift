import RSTTestSupport
import RSTWire
import Testing

@testable import RSTCore

/// Forged resets on connections that stand: `injected-reset` beyond the handshake.
@Suite struct InjectedOnConnectionTests {
  @Test(arguments: families)
  func `> name   < RST   < ACK   and the host still has it: forged, in the phase of data`(
    _ family: AddressFamily
  ) throws {
    let run = try SurveyRun.trying(nil, family) { $0.put(ContentInjector.minding(), at: 2) }
    let finding = try #require(run.finding(.injectedReset))
    #expect(finding.phase == .data)
    #expect(finding.responder == .injector)
    #expect(finding.detail("trigger") == .word("http-host forbidden.example"))
    #expect(finding.hopRange?.contains(2) == true)
    guard case .word(let line) = finding.detail("signature") else {
      Issue.record("no signature")
      return
    }
    #expect(line.hasPrefix("inj1 flags=RA copies=1 seq=+0 ack=end"))
    #expect(run.trigger?.manner == "on-path")
    #expect(run.trigger?.direction == "client")
  }

  @Test func `> FIN   < RST   < FIN ACK   belongs to the close`() throws {
    var injector = ContentInjector(text: "")
    injector.watchesFIN = true
    let run = try SurveyRun.trying { $0.put(injector, at: 1) }
    let finding = try #require(run.finding(.injectedReset))
    #expect(finding.phase == .close)
    #expect(run.accusations == ["injected-reset"])
  }

  @Test func `> ACK   < RST   before anything is sent belongs to the handshake`() throws {
    var injector = ContentInjector(text: "")
    injector.watchesHandshake = true
    let run = try SurveyRun.trying { $0.put(injector, at: 1) }
    let finding = try #require(run.finding(.injectedReset))
    #expect(finding.phase == .handshake)
    #expect(run.finding(.triggeredBlock) == nil)
  }

  @Test func `resets for SYNs and for content are one finding with two phases`() throws {
    let run = try SurveyRun.trying {
      $0.put(Injector(port: 80), at: 1)
      $0.put(ContentInjector.minding(), at: 1)
    }
    let finding = try #require(run.finding(.injectedReset))
    #expect(finding.detail("phases") == .words(["handshake", "data"]))
    #expect(run.conclusion.verdict.port == .open)
  }

  @Test func `resets for SYNs alone are not content's, nor the close's`() throws {
    let run = try SurveyRun.trying { $0.put(Injector(port: 80), at: 1) }
    let finding = try #require(run.finding(.injectedReset))
    #expect(run.accusations == ["injected-reset"])
    #expect(finding.phase == .handshake)
    #expect(finding.detail("phases") == nil)
    #expect(run.outcome == "nothing-special")
    #expect(run.trigger?.connections.allSatisfy { $0.resets == 0 } == true)
  }

  @Test func `only the host is reset: its silence about the connection shows it`() throws {
    let device = ContentInjector.minding { $0.direction = .server }
    let run = try SurveyRun.trying { $0.put(device, at: 1) }
    #expect(run.trigger?.direction == "server")
    #expect(run.finding(.triggeredBlock) != nil)
    #expect(run.left.isEmpty)
  }

  // MARK: - The nearest that must not

  @Test func `a filter on the host that resets all afterwards forges nothing`() throws {
    for hop in [2, 3] {
      var filter = ContentInjector.filter
      filter.residual = .seconds(20)
      filter.blocksEverything = true
      let run = try SurveyRun.trying { $0.put(filter, at: hop) }
      #expect(run.accusations.isSubset(of: ["triggered-block"]), "hop \(hop)")
      if let range = run.finding(.triggeredBlock)?.hopRange { #expect(range.contains(hop)) }
    }
  }

  @Test func `a SYN that was doubled met two boxes of a balancer, where others are refused`() {
    var script = Script()
    script.exchange("syn", .synAck(), .reset)
    for _ in 0..<3 { script.exchange("syn", .reset) }
    #expect(!script.codes.contains("injected-reset"))
    var alone = Script()
    alone.exchange("syn", .synAck(), .reset)
    alone.exchange("syn", .synAck())
    #expect(alone.codes.contains("injected-reset"))
  }

  @Test func `a service that resets all that say nothing, or all that close, does so itself`()
    throws
  {
    let run = try SurveyRun.of(checks: [.handshake, .path]) { $0.service = .resetsAtOnce }
    #expect(run.finding(.injectedReset) == nil)
    for service in [StackModel.Service.resetsAtOnce, .resetsBehindFIN, .closesAtOnce] {
      var stack = StackModel.linux
      stack.service = service
      let run = try SurveyRun(
        .path(host: .modelled(stack)),
        options: .init(checks: [.handshake], triggers: [.httpHost(SurveyRun.forbidden)]))
      #expect(run.accusations == [], "\(service)")
      #expect(run.left.isEmpty, "\(service)")
    }
  }

  @Test func `a filter before the host that resets our FIN is in line`() throws {
    let fin = PacketMatch { $0.tcp?.flags.contains(.fin) ?? false }
    let run = try SurveyRun.trying { $0.put(Reject(fin), at: 2) }
    #expect(run.accusations.isSubset(of: ["injected-reset"]))
    // The host never got the FIN, and still has the connection: so the reset was not the host's.
    if let finding = run.finding(.injectedReset) { #expect(finding.phase == .close) }
  }

  // MARK: - Floods

  @Test func `a thousand resets for each segment bury neither memory nor the host's answer`() throws
  {
    let flood = ContentInjector.minding {
      $0.copies = 1_000
      $0.payload = Array("\u{1b}[2J\u{7}blocked\r\n".utf8)
    }
    let run = try SurveyRun.trying { $0.put(flood, at: 1) }
    #expect(run.accusations == ["injected-reset", "triggered-block", "injector-located"])
    #expect(
      run.finding(.injectedReset)?.evidence.contains { $0.code == "host-answers-after" } == true)
    #expect(run.survey.transcript.packets.count < 10_000)
    #expect(run.survey.transcript.attempts.allSatisfy { $0.answers.count <= 200 })
    #expect(run.left.isEmpty)
  }
}
