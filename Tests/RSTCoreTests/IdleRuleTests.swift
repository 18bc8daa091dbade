import RSTTestSupport
import RSTWire
import Testing

@testable import RSTCore

/// What is said of connections that were left alone, and what is not.
@Suite struct IdleRuleTests {
  static let short = IdleLadder(upTo: .seconds(8))
  static let sixMinutes = IdleLadder(upTo: .seconds(360))

  static func detail(_ key: String, of finding: Finding) -> Detail.Value? {
    finding.details.first { $0.key == key }?.value
  }

  // MARK: idle-survived

  @Test func `idle-survived   where the longest hold stood`() throws {
    let run = IdleRun(Self.sixMinutes)
    #expect(run.codes == ["idle-survived"])
    let finding = try #require(run.findings.first)
    #expect(finding.responder == .host && finding.phase == .idle)
    guard case .numbers(let interval) = Self.detail("after_s", of: finding) else {
      Issue.record("no after_s")
      return
    }
    #expect(interval.count == 1 && abs(interval[0] - 360) < 0.1)
  }

  @Test func `idle-survived   with keep-alives says that it was not idle for as long`() throws {
    let run = IdleRun(Self.short, IdlePeer { $0.keepAlive = .seconds(2) })
    let finding = try #require(run.findings.first)
    #expect(run.codes == ["idle-survived"])
    #expect(Self.detail("keepalives", of: finding) != nil)
    #expect(finding.explanation.contains("never idle for longer than 2"))
  }

  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func `idle-survived   at 20 % loss, never a silent drop`(_ seed: UInt64) {
    let run = IdleRun(Self.short, IdlePeer { $0.loss = 0.2 }, seed: seed)
    #expect(run.codes.isEmpty || run.codes == ["idle-survived"])
  }

  // MARK: idle-reset

  @Test func `idle-reset   350 s and a reset for the next segment are found in 6 minutes`() throws {
    let run = IdleRun(
      Self.sixMinutes, IdlePeer { $0.device = .init(timeout: .seconds(350), resets: true) })
    #expect(run.codes == ["idle-reset"])
    #expect(run.elapsed < .seconds(362))
    let finding = try #require(run.findings.first)
    #expect(finding.responder == .networkDevice)
    #expect(finding.hopRange == 2...2)
    #expect(Self.detail("on", of: finding) == .word("next-segment"))
    let reading = try #require(run.reading)
    #expect(reading.low < .seconds(350) && .seconds(350) < reading.high ?? .zero)
    #expect(
      reading.likely(port: 80).map(\.name) == ["AWS NAT gateway", "AWS Network Load Balancer"])
  }

  @Test func `idle-reset   a device that resets by itself`() throws {
    let run = IdleRun(
      Self.short, IdlePeer { $0.device = .init(timeout: .seconds(5), tells: true) })
    #expect(run.codes == ["idle-reset"])
    let finding = try #require(run.findings.first)
    #expect(Self.detail("on", of: finding) == .word("expiry"))
    #expect(finding.responder == .networkDevice)
  }

  @Test func `idle-reset   a service that aborts, told by its timestamps`() throws {
    let run = IdleRun(
      Self.short,
      IdlePeer {
        $0.closesAfter = { _ in .seconds(5) }
        $0.ending = .reset
      })
    #expect(run.codes == ["idle-reset"])
    let finding = try #require(run.findings.first)
    #expect(finding.responder == .host)
    #expect(finding.evidence.contains { $0.code == "carries-timestamps" })
  }

  @Test func `no idle-reset   and no abort where a kernel may miss the answers to its keep-alives`()
  {
    let run = IdleRun(
      Self.short,
      IdlePeer {
        $0.keepAlive = .seconds(1)
        $0.ending = .reset
        $0.closesAfter = { $0 % 4 == 1 ? .milliseconds(4_500) : nil }
      })
    #expect(run.results.holds.contains { $0.events.contains { $0.kind == .reset } })
    #expect(!run.conclusion.findings.map(\.code).contains(.idleReset))
    #expect(!run.conclusion.findings.map(\.code).contains(.abortiveClose))
  }

  @Test func `no idle-reset   where the host restarted: the busy connection is gone too`() throws {
    let run = IdleRun(Self.short, IdlePeer { $0.restart = .milliseconds(5_500) })
    #expect(run.codes.isEmpty)
    let weighed = try #require(run.conclusion.considered.first { $0.code == .idleReset })
    #expect(weighed.responder == .host)
    #expect(weighed.evidence.contains { $0.code == "busy-one-ended-too" })
  }

  // MARK: idle-silent-drop

  @Test func `idle-silent-drop   240 s and nothing more`() throws {
    let run = IdleRun(Self.sixMinutes, IdlePeer { $0.device = .init(timeout: .seconds(240)) })
    #expect(run.codes == ["idle-silent-drop"])
    let finding = try #require(run.findings.first)
    #expect(finding.responder == .none)
    #expect(run.reading?.likely(port: 80).contains { $0.name == "Azure Load Balancer" } == true)
  }

  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func `idle-silent-drop   at 5 % loss, or nothing`(_ seed: UInt64) {
    let run = IdleRun(
      Self.short,
      IdlePeer {
        $0.device = .init(timeout: .seconds(5))
        $0.loss = 0.05
      }, seed: seed)
    #expect(run.codes == ["idle-silent-drop"])
  }

  @Test(arguments: [
    Duration.milliseconds(500)...Duration.seconds(3), .milliseconds(2_900)...(.milliseconds(4_500)),
    .milliseconds(7_500)...(.seconds(9)), .milliseconds(7_900)...(.seconds(60)),
    .milliseconds(4_900)...(.seconds(60)),
    // It begins when the busy connection was asked for the last time, and hits the longest alone.
    .milliseconds(8_000)...(.seconds(60)), .milliseconds(8_000)...(.milliseconds(8_900)),
  ])
  func `no idle-silent-drop   in an outage of the path`(_ outage: ClosedRange<Duration>) {
    let run = IdleRun(Self.short, IdlePeer { $0.outage = outage })
    #expect(run.codes.isEmpty || run.codes == ["idle-survived"])
  }

  @Test(arguments: [false, true])
  func `a device that forgets is told also where the service closes soon after`(
    _ resets: Bool
  ) {
    let run = IdleRun(
      Self.short,
      IdlePeer {
        $0.device = .init(timeout: .milliseconds(4_200), resets: resets)
        $0.closesAfter = { _ in .milliseconds(4_500) }
      })
    #expect(run.codes == [resets ? "idle-reset" : "idle-silent-drop"])
    #expect(run.reading?.low ?? .zero < .milliseconds(4_200))
    #expect(.milliseconds(4_200) < run.reading?.high ?? .zero)
  }

  // MARK: idle-close

  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func `idle-close   at 5 % loss, where a FIN may come late, or nothing`(_ seed: UInt64) {
    let run = IdleRun(
      Self.short,
      IdlePeer {
        $0.closesAfter = { $0 == 20_001 ? .milliseconds(6_400) : .seconds(5) }
        $0.loss = 0.05
      }, seed: seed)
    #expect(run.codes == ["idle-close"] || run.codes.isEmpty)
    #expect(run.codes.isEmpty || run.reading?.high ?? .zero < .milliseconds(5_100))
  }

  @Test(arguments: [[], Array("goodbye".utf8)] as [[UInt8]])
  func `idle-close   a service that waits for a minute`(_ lastWords: [UInt8]) throws {
    let run = IdleRun(
      Self.sixMinutes,
      IdlePeer {
        $0.closesAfter = { _ in .seconds(60) }
        $0.lastWords = lastWords
      })
    #expect(run.codes == ["idle-close"])
    let finding = try #require(run.findings.first)
    #expect(finding.responder == .host)
    #expect(abs((run.reading?.high ?? .zero).seconds - 60) < 0.1)
    #expect(run.reading?.likely(port: 80).contains { $0.name.hasPrefix("nginx") } == true)
  }

  @Test func `idle-close   by a device, where the FIN comes from nearer than the host`() throws {
    let run = IdleRun(
      Self.short,
      IdlePeer {
        $0.closesAfter = { _ in .seconds(5) }
        $0.endHopLimit = 63
      })
    #expect(run.findings.first?.responder == .networkDevice)
    #expect(run.codes == ["idle-close"])
  }

  @Test func `no idle-close   where the service hangs up at once`() {
    let run = IdleRun(Self.short, IdlePeer { $0.closesAfter = { _ in .milliseconds(30) } })
    #expect(run.codes.isEmpty)
    #expect(run.reading?.result == .inconclusive)
  }

  @Test func `no idle-close   where a shorter hold died while longer ones stood`() throws {
    // The ladder opens its longest hold first, from the first port.
    let run = IdleRun(
      Self.short, IdlePeer { $0.closesAfter = { $0 == 20_003 ? .seconds(2) : nil } })
    #expect(run.codes == ["idle-survived"])
    #expect(run.reading?.exceptions.count == 1)
    #expect(run.findings.first?.evidence.contains { $0.code == "others-ended" } == true)
  }

  @Test func `nothing is said where several died while a longer one stood`() {
    let run = IdleRun(
      Self.short, IdlePeer { $0.closesAfter = { $0 == 20_000 ? nil : .seconds(2) } })
    #expect(run.codes.isEmpty)
    #expect(run.reading?.result == .inconclusive)
  }

  @Test func `no idle-close   where connections end at any time`() {
    let run = IdleRun(
      Self.short, IdlePeer { $0.closesAfter = { .milliseconds(900 * (Int($0) - 19_998)) } })
    #expect(run.codes.isEmpty)
  }

  // MARK: all

  @Test(arguments: [
    IdlePeer(), IdlePeer { $0.device = .init(timeout: .seconds(3)) },
    IdlePeer { $0.device = .init(timeout: .seconds(3), resets: true) },
    IdlePeer {
      $0.device = .init(timeout: .seconds(5))
      $0.closesAfter = { _ in .seconds(3) }
    },
    IdlePeer {
      $0.device = .init(timeout: .seconds(3))
      $0.closesAfter = { _ in .seconds(5) }
    },
  ])
  func `one of the four is said at most, with packets and sources`(_ peer: IdlePeer) throws {
    let run = IdleRun(Self.short, peer)
    #expect(run.codes.count == 1)
    let finding = try #require(run.findings.first)
    #expect(finding.evidence.first?.packets.isEmpty == false)
    #expect(finding.evidence.allSatisfy { !$0.source.isEmpty })
    #expect(Self.detail("after_s", of: finding) != nil)
  }
}
