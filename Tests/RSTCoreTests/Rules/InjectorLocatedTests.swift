import RSTTestSupport
import RSTWire
import Testing

@testable import RSTCore

@Suite struct InjectorLocatedTests {
  static func located(
    _ device: ContentInjector, at hop: Int, routers: Int = 5, family: AddressFamily = .ipv4,
    _ change: (inout SimulatedNetwork) -> Void = { _ in }
  ) throws -> SurveyRun {
    var network = SimulatedNetwork(routers: routers, host: .linux(listening: [80]))
    network.put(device, at: hop)
    change(&network)
    return try SurveyRun(
      network, family,
      options: .init(checks: [.handshake, .path], triggers: [.httpHost(SurveyRun.forbidden)]))
  }

  @Test(arguments: families, 1...5)
  func `the name draws resets from hop limit n on, and not below: it sits at hop n`(
    _ family: AddressFamily, _ hop: Int
  ) throws {
    let run = try Self.located(.minding(), at: hop, family: family)
    let finding = try #require(run.finding(.injectorLocated))
    #expect(finding.responder == .injector)
    #expect(finding.hopRange?.contains(hop) == true)
    #expect((finding.hopRange?.count ?? 9) <= 2)
    #expect(
      finding.hopRange.map { range in
        finding.detail("routers")
          == .words(
            range.compactMap { SimulatedNetwork.addresses(ofRouter: $0)[family] }.map { "\($0)" })
      } == true)
  }

  @Test(arguments: 1...5)
  func `what copies our hop limit sits half of what it has lost away`(_ hop: Int) throws {
    let run = try Self.located(.minding { $0.hopLimit = .copied }, at: hop)
    let finding = try #require(run.finding(.injectorLocated))
    #expect(finding.hopRange?.contains(hop) == true)
    #expect(finding.evidence.contains { $0.detail.contains("copy the trigger's hop limit") })
  }

  @Test(arguments: 1...5)
  func `routers that say nothing make the interval no wrong one`(_ hop: Int) throws {
    let run = try Self.located(.minding(), at: hop) { network in
      for index in network.routers.indices { network.routers[index].isSilent = true }
    }
    #expect(run.finding(.injectorLocated)?.hopRange?.contains(hop) == true)
    #expect(run.finding(.injectedReset) != nil)
  }

  @Test func `a filter in line is no injector, and is not located as one`() throws {
    let run = try Self.located(.filter, at: 3)
    #expect(run.finding(.injectorLocated) == nil)
    #expect(run.finding(.triggeredBlock)?.hopRange?.contains(3) == true)
  }

  @Test func `a host that aborts for the name is not one either`() throws {
    let run = try SurveyRun.trying(.init(.aborts, to: SurveyRun.forbidden))
    #expect(run.finding(.injectorLocated) == nil)
  }

  @Test(arguments: Array(stride(from: 2_000, through: 5_100, by: 155)))
  func `a host that resets what is idle forges nothing, whenever that falls into the ladder`(
    _ milliseconds: Int
  ) throws {
    var service = SimulatedHost.Application()
    service.idleClose = .milliseconds(milliseconds)
    service.abortsIdle = true
    let run = try SurveyRun.trying(service) { $0.hostFilters = [ContentInjector.hole] }
    #expect(run.accusations.subtracting(["blackholed-after-trigger"]) == [])
  }
}
