import Foundation
import RSTNet
import RSTWire
import Testing

/// One lab, raised for a test and taken down after it.
final class Lab {
  /// The address family that is probed.
  enum Family: Int, CaseIterable {
    case four = 4
    case six = 6

    /// The target's address in the lab.
    var target: String { self == .four ? "198.51.100.10" : "2001:db8:3::10" }
    /// The prober's first address, which every run of these tests uses.
    var prober: String { self == .four ? "192.0.2.10" : "2001:db8:1::a" }
    /// An address where nobody is, behind the second router.
    var absent: String { self == .four ? "198.51.100.99" : "2001:db8:3::99" }

    /// The target with a port, as the command line takes it.
    func target(_ port: Int) -> String {
      self == .four ? "\(target):\(port)" : "[\(target)]:\(port)"
    }
  }

  private let identity: String

  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path
  /// Where the built programs are: beside the test program.
  private static let programs = {
    let test = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return URL(fileURLWithPath: test).deletingLastPathComponent().path
  }()
  /// The tool under test.
  static let tool = programs + "/rstprobe"
  private static let environment = ["LAB_TOOLS": programs, "RSTPROBE": tool]

  /// Why there is no lab here; nil when there is one.
  static let obstacle: String? = {
    guard geteuid() == 0 else { return "needs root" }
    for program in ["rstprobe", "lab-wire", "lab-actor"]
    where !FileManager.default.isExecutableFile(atPath: "\(programs)/\(program)") {
      return "needs \(program), built"
    }
    // Raising one says the rest: namespaces, veth interfaces, nftables, python3.
    guard let tried = try? Lab(scenario: "closed", .four) else { return "needs Scripts/lab up" }
    return tried.isUp ? nil : "needs network namespaces"
  }()

  /// Raises a lab with a scenario.
  ///
  /// - Parameters:
  ///   - scenario: The scenario's name.
  ///   - family: The address family to set it up for.
  ///   - roundTrip: Milliseconds through the wire.
  /// - Throws: Where the lab does not rise.
  init(scenario: String, _ family: Family, roundTrip: Int = 0) throws {
    identity = "t\(getpid())x\(UInt16.random(in: 0 ... .max))"
    let raised = try Command.run(
      [
        Self.root + "/Scripts/lab", "up", "--id", identity, "--scenario", scenario, "--family",
        "\(family.rawValue)", "--rtt", "\(roundTrip)",
      ], environment: Self.environment)
    try #require(raised.status == 0, "the lab is not up: \(raised.errors)")
  }

  deinit {
    _ = try? Command.run(
      [Self.root + "/Scripts/lab", "down", "--id", identity], environment: Self.environment)
  }

  private var isUp: Bool { FileManager.default.fileExists(atPath: path(of: "target")) }

  /// Runs scenarios through `Scripts/lab run`, in a lab of their own.
  static func judge(_ scenarios: [String], withWitness: Bool = false) throws -> Command.Outcome {
    try Command.run(
      [root + "/Scripts/lab", "run", "--rtt", "10", "--table"]
        + (withWitness ? ["--witness"] : []) + scenarios,
      environment: environment)
  }

  /// The words that run something on a node.
  func on(_ node: String, _ words: [String]) -> [String] {
    ["ip", "netns", "exec", "rst\(identity)-\(node)"] + words
  }

  /// What a shell command on a node prints.
  func shell(_ node: String, _ command: String) throws -> String {
    try Command.run(on(node, ["sh", "-c", command])).output
  }

  /// Starts the tool on the prober.
  func probe(_ arguments: [String]) throws -> Command {
    try Command(on("prober", [Self.tool] + arguments))
  }

  /// Does something in a node's namespace: sockets opened there stay there.
  func inside<Value: ~Copyable>(_ node: String, _ body: () throws -> Value) throws -> Value {
    let home = unsafe open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)
    let there = unsafe open(path(of: node), O_RDONLY | O_CLOEXEC)
    defer {
      close(home)
      close(there)
    }
    try #require(enterNamespace(there, 0) == 0)
    defer { precondition(enterNamespace(home, 0) == 0, "cannot leave the namespace") }
    return try body()
  }

  private func path(of node: String) -> String { "/run/netns/rst\(identity)-\(node)" }
}

/// setns, which glibc declares under _GNU_SOURCE only.
@_silgen_name("setns") private func enterNamespace(_ descriptor: Int32, _ kind: Int32) -> Int32
