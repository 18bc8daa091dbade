import RSTReport
import Testing

/// Whole reports for people, as they stand on a terminal of 80 columns.
@Suite struct TextGoldenTests {
  @Test func `a closed port`() {
    #expect(
      TextReport(diagnosis: Samples.closed).text == #"""
        Port 443 of www.example.com (192.0.2.10) is closed: the host's own stack
        refuses, 3 hops away.
        Verdict: closed, responder host, hop 3, confidence 97 %

        Target www.example.com, address 192.0.2.10, port 443
        From   203.0.113.2 through eth0, next hop 203.0.113.1
        Took   62 ms, round trip 20 ms, 3 packets sent, 3 received

        Why
          closed-port, confidence 97 %, responder host, phase handshake
            Nothing listens on the port, and the host says so itself.
            + The reset copies the traffic class 0x28 of the probe, as the host's stack
              does. (packets 0, 3)
            + A control port answers with the same kind of reset. (packets 1, 4)
            - Only one control port was asked. (packet 4)

        What else it could be
          Weighed and not said: host-firewall-reset 2 %

        Next step
          Start the service, or ask for the port that it listens on.

        Packets that decide: 4 of 6; --verbose shows the others too
        By exchange. Time in ms from the start; seq and ack count from the exchange's
        own numbers, with = as they stand; id is the IP identification.
        #    ms    flags   seq ack ttl   id   win  tos len
        syn to port 443, from port 40000, flight 1
        0  0.00 -> SYN       0   -  64 4096 64240 0x28   0
                   SYN as an operating system sends it
        3 20.31 <- RST,ACK  =0   1  62    0     0 0x28   0
                   reset of the host
        syn to control port 51234, from port 40001, flight 1
        1  0.20 -> SYN       0   -  64 4097 64240 0x28   0
                   SYN to a control port
        4 20.52 <- RST,ACK  =0   1  62    0     0 0x28   0
                   reset of the host

        Path
          1 203.0.113.1
          2 no answer
          3 192.0.2.10, the target

        """#)
  }

  @Test func `a packet filter on the host`() {
    #expect(
      TextReport(diagnosis: Samples.rejectedByHost).text == #"""
        Port 443 of 192.0.2.10 is rejected by a packet filter on the host.
        Verdict: rejected, responder host-firewall, hops 2 to 3, confidence 100 %

        Target address 192.0.2.10, port 443
        From   203.0.113.2 through eth0, next hop 203.0.113.1
        Took   62 ms, round trip 20 ms, 1 packet sent, 1 received

        Why
          firewall-icmp-reject, confidence 100 %, responder host-firewall, phase
          handshake, hops 2 to 3, seen 3 of 4 times
            A packet filter on the host refuses on purpose.
            + ICMP says that communication is administratively prohibited. (packet 1)

        What else it could be
          Nothing that the evidence leaves room for.

        Next step
          Look at the rules on the host.

        Packets: 2
        By exchange. Time in ms from the start; seq and ack count from the exchange's
        own numbers, with = as they stand; id is the IP identification.
        #    ms    flags     seq ack ttl   id   win  tos len
        syn to port 443, from port 40000, flight 1
        0  0.00 -> SYN         0   -  64 4096 64240 0x28   0
                   SYN as an operating system sends it
        1 20.40 <- ICMP 3/13   0   -  62    7     - 0xc0   -
                   communication administratively prohibited

        """#)
  }

  @Test func `a silent drop, and probes that never left`() {
    #expect(
      TextReport(diagnosis: Samples.dropped).text == #"""
        Port 443 of www.example.com (192.0.2.10) is dropped between hops 1 and 2.
        Verdict: dropped, responder none, hops 1 to 2, confidence 99 %

        Target www.example.com, address 192.0.2.10, port 443
        From   203.0.113.2 through eth0, next hop 203.0.113.1
        Took   3.0 s, round trip 20 ms, 3 packets sent, 2 received

        Why
          silent-drop, confidence 99 %, responder none, phase handshake
            The packets vanish on the way.
            The packets vanish between hop 1 (203.0.113.1), the last that answers, and
            hop 2.
            + SYNs got no answer, while port 80 answered. (packets 0, 3, 4)
            => Ask who runs the device behind 203.0.113.1.

        What else it could be
          Nothing that the evidence leaves room for.

        Next step
          Capture on both sides of hop 2 to see which one loses the SYN.

        Limits of this run
          The kernel dropped 2 packets before they could be read, so an answer that is
          missing may have come.
          2 probes never left this machine (null, xmas): a packet filter or the
          interface here kept them, or no neighbour answered, so nothing is concluded
          from their silence.

        Packets that decide: 3 of 5; --verbose shows the others too
        By exchange. Time in ms from the start; seq and ack count from the exchange's
        own numbers, with = as they stand; id is the IP identification.
        #    ms    flags   seq ack ttl   id   win  tos len
        syn to port 443, from port 40000, flight 1
        0  0.00 -> SYN       0   -  64 4096 64240 0x28   0
                   SYN as an operating system sends it
             no answer
        syn to control port 80, from port 40004, flight 1
        3  1.20 -> SYN       0   -  64 4100 64240 0x28   0
                   SYN to port 80
        4 21.90 <- SYN,ACK   0   1  62    0 65160 0x00   0
                   the host answers here
        null to port 443, from port 40002, flight 1
             not sent: this machine refused it (Operation not permitted)
        xmas to port 443, from port 40003, flight 1
             not seen leaving this machine

        Path
          1 203.0.113.1

        """#)
  }

  @Test func `two readings of an interrupted run`() {
    #expect(
      TextReport(diagnosis: Samples.inconclusive).text == #"""
        Port 443 of www.example.com (192.0.2.10): inconclusive.
        Verdict: inconclusive, responder unknown, confidence 55 %

        Target www.example.com, address 192.0.2.10, port 443
        From   203.0.113.2 through eth0, next hop 203.0.113.1
        Took   62 ms, 1 packet sent, 0 received

        Why
          What was seen is not evidence enough for any finding.

        What else it could be
          dropped, responder none: 55 %
          overloaded, responder host: 45 %
          Weighed and not said: silent-drop 49 %

        Next step
          Run again on a quieter path.

        Limits of this run
          It was interrupted; this is what was known by then.

        Packets: 1
        By exchange. Time in ms from the start; seq and ack count from the exchange's
        own numbers, with = as they stand; id is the IP identification.
        #   ms    flags seq ack ttl   id   win  tos len
        syn to port 443, from port 40000, flight 1
        0 0.00 -> SYN     0   -  64 4096 64240 0x28   0  SYN as an operating system
                                                         sends it
             no answer yet when the run ended

        """#)
  }

  @Test func `a closed port over IPv6`() {
    #expect(
      TextReport(diagnosis: Samples.closedIPv6).text == #"""
        Port 22 of 2001:db8::a is closed: the host's own stack refuses, 1 hop away.
        Verdict: closed, responder host, hop 1, confidence 99 %

        Target address 2001:db8::a, port 22
        From   2001:db8::2 through eth0, no router on the way
        Took   3.41 ms, round trip 20 ms, 1 packet sent, 1 received

        Why
          closed-port, confidence 99 %, responder host, phase handshake
            Nothing listens on the port.
            + The reset carries a flow label of its own. (packet 1)

        What else it could be
          Nothing that the evidence leaves room for.

        Next step
          Start the service.

        Packets: 2
        By exchange. Time in ms from the start; seq and ack count from the exchange's
        own numbers, with = as they stand; label is the flow label, tc the traffic
        class.
        #   ms    flags   seq ack ttl label   win   tc len
        syn to port 22, from port 40000, flight 1
        0 0.00 -> SYN       0   -  64 12345 64240 0x28   0
                  SYN as an operating system sends it
        1 0.41 <- RST,ACK  =0   1  64 abcde     0 0x28   0
                  reset of the host

        Path
          1 2001:db8::a, the target

        """#)
  }

  @Test func `a run in which nothing was sent`() {
    #expect(
      TextReport(diagnosis: Samples.empty).text == #"""
        192.0.2.10:443 is inconclusive
        Verdict: inconclusive, responder unknown, confidence 0 %

        Target address 192.0.2.10, port 443
        From   203.0.113.2 through eth0, next hop 203.0.113.1
        Took   0.00 ms, 0 packets sent, 0 received

        Why
          What was seen is not evidence enough for any finding.

        What else it could be
          open, responder host: 0 %
          closed, responder host: 0 %

        Limits of this run
          It was interrupted; this is what was known by then.

        Packets: none

        """#)
  }

  @Test func `strings from outside that try to act on the terminal`() {
    let text = TextReport(diagnosis: Samples.hostile).text
    #expect(
      text.hasSuffix(
        #"""
        Why
          unexplained-reset, confidence 60 %, responder unknown
            a[2J31mbc d e"\
            + a[2J31mbc d e"\ (packet 1)
            => a[2J31mbc d e"\

        What else it could be
          Nothing that the evidence leaves room for.

        Next step
          a[2J31mbc d e"\!

        Limits of this run
          1 probe never left this machine (null): a packet filter or the interface here
          kept them, or no neighbour answered, so nothing is concluded from their
          silence.

        Packets: 2
        By exchange. Time in ms from the start; seq and ack count from the exchange's
        own numbers, with = as they stand; id is the IP identification.
        #   ms    flags seq   ack ttl   id   win  tos len
        syna[2J31mbc d e"\ to port 443, from port 40000, flight 1
        0 0.00 -> SYN     0     -  64 4096 64240 0x28   0
                  a[2J31mbc d e"\
        1 0.01 <- RST    =0 =1001  62    0     0 0x28   0
                  a[2J31mbc d e"\; odd: a[2J31mbc d e"\
        null to port 443, from port 40001, flight 1
             not sent: this machine refused it (a[2J31mbc d e"\)

        """#))
  }
}
