import RSTWire
import Testing

@testable import RSTCore

/// Lines of the kernel's tracepoint for resets.
@Suite struct KernelResetTests {
  private func reset(_ line: String) -> KernelReset? {
    KernelReset(traceLine: line) { Moment(nanoseconds: $0) }
  }

  private static let line =
    "     ksoftirqd/1-22      [001] ..s2.  1234.567890: tcp_send_reset: skbaddr=00000000abcd "
    + "skaddr=0000000000000000 src=198.51.100.10:81 dest=192.0.2.10:40000 state=UNKNOWN "
    + "reason=NO_SOCKET"

  @Test func `a closed port's reset`() {
    #expect(
      reset(Self.line)
        == KernelReset(
          moment: Moment(nanoseconds: 1_234_567_890_000),
          local: Endpoint(address: .v4(IPv4Address(rawValue: 0xc633_640a)), port: 81),
          remote: Endpoint(address: .v4(IPv4Address(rawValue: 0xc000_020a)), port: 40_000),
          reason: "NO_SOCKET"))
  }

  @Test func `IPv6, and IPv4 on an IPv6 socket`() throws {
    let six = try #require(
      reset(
        " a-1 [000] ..... 0.000001: tcp_send_reset: src=[2001:db8::1]:443 dest=[2001:db8::2]:9 "
          + "state=TCP_ESTABLISHED reason=TCP_ABORT_ON_CLOSE"))
    #expect("\(six.local.address)" == "2001:db8::1")
    #expect(six.state == "TCP_ESTABLISHED")
    #expect(six.moment.nanoseconds == 1_000)
    let mapped = try #require(
      reset(
        " a-1 [000] ..... 1.5: tcp_send_reset: src=[::ffff:192.0.2.1]:80 "
          + "dest=[::ffff:192.0.2.2]:9 state=TCP_CLOSE reason=TCP_STATE"))
    #expect("\(mapped.local.address)" == "192.0.2.1")
    #expect(mapped.moment.nanoseconds == 1_500_000_000)
  }

  @Test func `a program may be called what it likes`() {
    let name = Self.line.replacing("ksoftirqd/1", with: "x tcp_send_reset: reason=FORGED")
    #expect(reset(name) == reset(Self.line))
  }

  @Test(arguments: [
    "", "CPU:1 [LOST 12 EVENTS]", "tcp_send_reset: src=192.0.2.1:80",
    " a-1 [000] ..... 1.5: tcp_send_reset: src=192.0.2.1:80 dest=192.0.2.2:9 state=TCP_CLOSE",
    " a-1 [000] ..... 1.5: tcp_send_reset: src=192.0.2.1 dest=192.0.2.2:9 reason=X",
    " a-1 [000] ..... 1.5: tcp_send_reset: src=192.0.2.1:80 dest=192.0.2.2:99999 reason=X",
    " a-1 [000] ..... x.5: tcp_send_reset: src=192.0.2.1:80 dest=192.0.2.2:9 reason=X",
    " a-1 [000] ..... 1.5: tcp_send_reset: src=192.0.2.1:80 dest=192.0.2.2:9 reason=\u{1b}[2J",
    " a-1 [000] ..... 1.5: tcp_receive_reset: src=192.0.2.1:80 dest=192.0.2.2:9 reason=X",
  ])
  func `what tells no reset with its reason is nothing`(_ line: String) {
    #expect(reset(line) == nil)
  }

  @Test func `every truncation is a line or none`() {
    for length in 0..<Self.line.count { _ = reset(String(Self.line.prefix(length))) }
    #expect(reset(String(Self.line.dropLast(40))) == nil)
  }

  @Test func `every word has a sentence`() {
    for word in ["NO_SOCKET", "MPTCP_RST_EMPTCP", "SOMETHING_NEW"] {
      #expect(!KernelReason.sentence(for: word).isEmpty)
    }
  }
}
