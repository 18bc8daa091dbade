import RSTCore
import RSTTestSupport
import RSTWire

/// Both families, for tests that hold for either.
let families = AddressFamily.allCases

/// Short ways to ask what is said.
extension SimulatedNetwork {
  /// The run of one port on a faultless path.
  func run(_ port: UInt16, _ family: AddressFamily) throws -> SimulatedRun {
    try SimulatedRun(port: port, family, self)
  }

  /// What is said about a port on a faultless path.
  func codes(_ port: UInt16, _ family: AddressFamily) throws -> [String] {
    try run(port, family).codes
  }
}

extension Script {
  /// The verdict on what was written.
  var conclusion: Conclusion { Conclusion(observations) }

  /// The codes that are said about it.
  var codes: [String] { conclusion.findings.map(\.code.rawValue) }

  /// A closed control port as a Linux host has it: resets with every mark of the stack.
  mutating func showClosedControl() {
    for name in ["syn-control", "stray-ack", "stray-fin", "null", "xmas", "syn-fin"] {
      exchange(name, Self.control, .reset)
    }
    exchange("echo", .host, .echoReply)
  }
}
