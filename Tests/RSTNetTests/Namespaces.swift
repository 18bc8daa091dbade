import CLinux
import RSTWire
import Testing

@testable import RSTNet

/// Two network namespaces with a cable between them, made for one test and removed after.
///
/// `a` is 192.0.2.1, 2001:db8::1, fe80::a; `b` is 192.0.2.2, 2001:db8::2, fe80::b.
final class Namespaces {
  /// The two ends.
  enum End: String {
    case a, b
  }

  /// A part of all names that no other process and no other test has.
  private let name: String
  private let home: Descriptor
  private let a: Descriptor
  private let b: Descriptor

  /// Why these tests cannot run here; nil when they can.
  static let obstacle: String? = {
    guard geteuid() == 0 else { return "needs root" }
    let name = "rstnet-\(getpid())-try"
    guard shell("ip netns add \(name) 2>/dev/null") else { return "needs network namespaces" }
    defer { _ = shell("ip netns del \(name)") }
    return shell("ip -n \(name) link add x type veth peer name y 2>/dev/null")
      ? nil : "needs veth interfaces"
  }()

  init() throws {
    let name = "rstnet-\(getpid())-\(UInt16.random(in: 0 ... .max))"
    let ok = shell(
      """
      set -e; a=\(name)-a; b=\(name)-b
      ip netns add $a; ip netns add $b
      ip -n $a link set lo up; ip -n $b link set lo up
      ip -n $a link add va type veth peer name vb netns $b
      ip netns exec $a sh -c 'echo 0 > /proc/sys/net/ipv6/conf/va/accept_dad'
      ip netns exec $b sh -c 'echo 0 > /proc/sys/net/ipv6/conf/vb/accept_dad'
      ip -n $a addr add 192.0.2.1/24 dev va; ip -n $b addr add 192.0.2.2/24 dev vb
      ip -n $a addr add 2001:db8::1/64 dev va nodad; ip -n $b addr add 2001:db8::2/64 dev vb nodad
      ip -n $a link set va up; ip -n $b link set vb up
      ip -n $a addr add fe80::a/64 dev va nodad; ip -n $b addr add fe80::b/64 dev vb nodad
      """)
    try #require(ok, "the namespaces \(name) could not be made")
    self.name = name
    home = Self.open("/proc/thread-self/ns/net")
    a = Self.open("/run/netns/\(name)-a")
    b = Self.open("/run/netns/\(name)-b")
  }

  deinit { _ = shell("ip netns del \(name)-a; ip netns del \(name)-b") }

  private static func open(_ path: String) -> Descriptor {
    Descriptor(owning: unsafe rst_open_namespace(path))
  }

  /// Does something in a namespace: sockets opened there stay there.
  func inside<Value: ~Copyable>(_ end: End, _ body: () throws -> Value) throws -> Value {
    let number = end == .a ? a.number : b.number
    try #require(setns(number, 0) == 0)
    defer { precondition(setns(home.number, 0) == 0, "cannot leave the namespace") }
    return try body()
  }

  /// Runs shell commands in a namespace; whether all of them succeeded.
  func run(_ end: End, _ commands: String) -> Bool {
    shell("ip netns exec \(name)-\(end.rawValue) sh -ec '\(commands)' 2>/dev/null")
  }
}

/// Runs shell commands; whether they succeeded.
func shell(_ commands: String) -> Bool {
  unsafe system(commands) == 0
}
