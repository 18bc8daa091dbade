import RSTTestSupport
import RSTWire
import Testing

@testable import RSTCore

/// Whole surveys with a trigger, of paths whose devices are known.
@Suite struct TriggerSurveyTests {
  static let name = "forbidden.example"

  /// A path of two routers with a device on one of them, and a Linux host behind it.
  static func network(_ device: (any Middlebox)?, hop: Int) -> SimulatedNetwork {
    var network = SimulatedNetwork(host: .linux(listening: [80]))
    if let device { network.routers[hop - 1].middleboxes.append(device) }
    return network
  }

  static func run(
    _ network: SimulatedNetwork, _ family: AddressFamily = .ipv4, faults: Faults = Faults(),
    checks: Set<Check> = [.handshake, .path], seed: UInt64 = 1
  ) throws -> SurveyRun {
    try SurveyRun(
      network, family, faults: faults,
      options: .init(checks: checks, triggers: [.httpHost(name)]), seed: seed)
  }

  @Test(arguments: AddressFamily.allCases)
  func `Nothing is said of a path on which nobody minds`(family: AddressFamily) throws {
    let run = try Self.run(Self.network(nil, hop: 1), family)
    #expect(run.codes.filter(Self.interference.contains) == [])
    #expect(run.conclusion.connections?.triggers.first?.outcome == "nothing-special")
    #expect(run.left.isEmpty)
  }

  static let interference: Set<String> = [
    "injected-reset", "triggered-block", "blackholed-after-trigger", "injector-located",
    "injected-data", "residual-block", "abortive-close",
  ]

  /// Devices on the path that only listen and forge.
  static let injectors: [(String, ContentInjector)] = {
    var list: [(String, ContentInjector)] = []
    func add(_ name: String, _ change: (inout ContentInjector) -> Void) {
      var injector = ContentInjector(text: Self.name)
      change(&injector)
      list.append((name, injector))
    }
    add("plain") { _ in }
    add("mimic") {
      $0.hopLimit = .mimicked
      $0.identification = 0
      $0.window = 509
    }
    add("copies the hop limit") { $0.hopLimit = .copied }
    add("copies window and identification") {
      $0.window = nil
      $0.identification = nil
    }
    add("three numbers") { $0.offsets = [0, 1460, 4380] }
    add("late") { $0.delay = .milliseconds(450) }
    add("both sides") { $0.direction = .both }
    add("bare") { $0.acknowledges = false }
    return list
  }()

  @Test(arguments: 0..<injectors.count, [1, 2])
  func `An injector is found and located`(number: Int, hop: Int) throws {
    let (name, injector) = Self.injectors[number]
    let run = try Self.run(Self.network(injector, hop: hop))
    let codes = Set(run.codes).intersection(Self.interference)
    #expect(codes == ["injected-reset", "triggered-block", "injector-located"], "\(name)")
    for finding in run.conclusion.findings where Self.interference.contains(finding.code.rawValue) {
      #expect(finding.hopRange?.contains(hop) == true, "\(name): \(finding.code.rawValue)")
    }
    #expect(run.left.isEmpty)
  }

  @Test(arguments: [1, 2], [false, true])
  func `A filter in line blocks, and is no injector`(hop: Int, isTap: Bool) throws {
    var filter = ContentInjector(text: Self.name, isTap: isTap)
    filter.isInLine = true
    let run = try Self.run(Self.network(filter, hop: hop))
    #expect(Set(run.codes).intersection(Self.interference) == ["triggered-block"])
    let finding = run.conclusion.findings.first { $0.code == .triggeredBlock }
    #expect(finding?.responder == .networkDevice)
    #expect(finding?.hopRange?.contains(hop) == true)
  }

  @Test(arguments: [1, 2])
  func `What vanishes is a black hole`(hop: Int) throws {
    var filter = ContentInjector(text: Self.name, isTap: false)
    filter.isInLine = true
    filter.forges = false
    let run = try Self.run(Self.network(filter, hop: hop))
    #expect(Set(run.codes).intersection(Self.interference) == ["blackholed-after-trigger"])
    let finding = run.conclusion.findings.first { $0.code == .blackholedAfterTrigger }
    #expect(finding?.hopRange?.contains(hop) == true)
  }

  @Test func `A filter on the host blocks in the host's name`() throws {
    var network = Self.network(nil, hop: 1)
    var filter = ContentInjector(text: Self.name, isTap: false)
    filter.isInLine = true
    network.hostFilters = [filter]
    let run = try Self.run(network)
    #expect(Set(run.codes).intersection(Self.interference) == ["triggered-block"])
    #expect(
      run.conclusion.findings.first { $0.code == .triggeredBlock }?.responder == .hostFirewall)
  }

  @Test func `A forged reset for our FIN belongs to the close`() throws {
    var injector = ContentInjector(text: "")
    injector.watchesFIN = true
    let run = try Self.run(Self.network(injector, hop: 1))
    let finding = run.conclusion.findings.first { $0.code == .injectedReset }
    #expect(finding?.phase == .close)
  }

  @Test func `Endpoints that stay blocked are watched until they are free`() throws {
    var injector = ContentInjector(text: Self.name)
    injector.residual = .seconds(9)
    let run = try Self.run(
      Self.network(injector, hop: 1), checks: [.handshake, .path, .residual])
    #expect(run.codes.contains("residual-block"))
    let finding = run.conclusion.findings.first { $0.code == .residualBlock }
    guard case .numbers(let times) = finding?.details.first?.value else {
      Issue.record("no times")
      return
    }
    #expect(times.count == 2 && times[0] < 9 && times[1] >= 9)
  }
}
