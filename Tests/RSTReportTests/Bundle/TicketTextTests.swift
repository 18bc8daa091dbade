import RSTBundle
import RSTCore
import Testing

@testable import RSTReport

/// The Markdown and the Mermaid of a bundle.
@Suite struct TicketTextTests {
  @Test func `the ticket of a closed port`() {
    #expect(
      BundleSample.run("", Samples.closed).text(.ticket) == #"""
        ## Port 443 of www&#46;example.com (192.0.2.10) is closed: the host's own stack refuses, 3 hops away.

        **Verdict: closed, responder host, hop 3, confidence 97 %**

        - **Target** www&#46;example.com, address 192.0.2.10, port 443
        - **From** 203.0.113.2 through eth0, next hop 203.0.113.1
        - **Took** 62 ms, round trip 20 ms, 3 packets sent, 3 received

        ### Why

        **closed-port, confidence 97 %, responder host, phase handshake**

        Nothing listens on the port, and the host says so itself.

        - **+** The reset copies the traffic class 0x28 of the probe, as the host's stack does. (packets 0, 3) \[Linux net/ipv4/tcp\_ipv4.c, tcp\_v4\_send\_reset\]
        - **+** A control port answers with the same kind of reset. (packets 1, 4) \[RFC 9293, section 3.10.7.1\]
        - **-** Only one control port was asked. (packet 4) \[none\]

        ### What else it could be

        Weighed and not said: host-firewall-reset 2 %

        **host-firewall-reset**

        ### Next step

        Start the service, or ask for the port that it listens on.

        ### Packets that decide: 4 of 6; evidence.pcapng has the others too

        By exchange. Time in ms from the start; seq and ack count from the exchange's own numbers, with = as they stand; id is the IP identification.

        **syn to port 443, from port 40000, flight 1**

        | # | ms |  | flags | seq | ack | ttl | id | win | tos | len | decides | meaning |
        |---|---|---|---|---|---|---|---|---|---|---|---|---|
        | 0 | 0.00 | -&gt; | SYN | 0 | - | 64 | 4096 | 64240 | 0x28 | 0 | yes | SYN as an operating system sends it |
        | 3 | 20.31 | &lt;- | RST,ACK | =0 | 1 | 62 | 0 | 0 | 0x28 | 0 | yes | reset of the host |

        **syn to control port 51234, from port 40001, flight 1**

        | # | ms |  | flags | seq | ack | ttl | id | win | tos | len | decides | meaning |
        |---|---|---|---|---|---|---|---|---|---|---|---|---|
        | 1 | 0.20 | -&gt; | SYN | 0 | - | 64 | 4097 | 64240 | 0x28 | 0 | yes | SYN to a control port |
        | 4 | 20.52 | &lt;- | RST,ACK | =0 | 1 | 62 | 0 | 0 | 0x28 | 0 | yes | reset of the host |

        ### Path

        - **1** 203.0.113.1
        - **2** no answer
        - **3** 192.0.2.10, the target

        """#)
  }

  @Test(arguments: BundleSample.hostile)
  func `in Markdown nothing from outside is a mark`(_ sample: BundleSample) {
    for line in sample.text(.ticket).split(separator: "\n") {
      var bare = line.replacing("\\\\", with: "")
      for mark in "`*_{}[]#|!~" { bare = bare.replacing("\\\(mark)", with: "") }
      if bare.hasPrefix("|") {
        #expect(bare.count { $0 == "|" } == 14, "\(line)")
      }
      #expect(!bare.contains { "`_{}[]!~@<$".contains($0) }, "\(line)")
      let text = bare.hasPrefix("| #") ? "" : bare.drop { $0 == "#" }.replacing("&#", with: "")
      #expect(!text.contains("#"), "\(line)")
      #expect(!bare.contains("://") && !bare.contains("www."), "\(line)")
    }
  }

  @Test func `what begins a list or a heading does so no more`() {
    #expect(Markdown.beginning("- a") == "\\- a")
    #expect(Markdown.beginning("+ a") == "\\+ a")
    #expect(Markdown.beginning("===") == "\\===")
    #expect(Markdown.beginning("12. a") == "12\\. a")
    #expect(Markdown.beginning("1) a") == "1\\) a")
    #expect(Markdown.beginning("12 a") == "12 a")
    #expect(Markdown.beginning("") == "")
  }

  @Test func `the diagram of a closed port`() {
    let lines = BundleSample.run("", Samples.closed).text(.diagram).split(separator: "\n")
    #expect(
      lines.prefix(5) == [
        "sequenceDiagram", "  participant p0 as 203.0.113.2", "  participant p1 as 192.0.2.10",
        "  Note over p0,p1: syn to port 443, from port 40000, flight 1",
        "  p0->>p1: #35; 0 ms 0.00 SYN seq 0 ack - ttl 64 id 4096 win 64240 tos 0x28 len 0 "
          + "(SYN as an operating system sends it)",
      ])
    #expect(lines.count == 9)
  }

  @Test func `whoever sends an ICMP error stands in the diagram by its own name`() {
    var run = Samples.dropped
    run.conclusion.findings[0].evidence[0].packets = [0, 2]
    let text = BundleSample.run("", run).text(.diagram)
    #expect(text.contains("  participant p0 as 203.0.113.2\n  participant p1 as 192.0.2.10\n"))
    #expect(text.contains("  participant p2 as 203.0.113.1\n  p2->>p0: #35; 2 ms 0.90 ICMP 11/0"))
    #expect(text.contains("Note over p0,p1: not sent#58; this machine refused it"))
  }

  @Test(arguments: BundleSample.all)
  func `in Mermaid every line is one of three kinds, and nothing in it a sign`(
    _ sample: BundleSample
  ) throws {
    let lines = sample.text(.diagram).split(separator: "\n")
    #expect(lines.first == "sequenceDiagram")
    let kinds = [
      /^  participant p\d+ as (.*)$/, /^  Note over p\d+,p\d+: (.*)$/,
      /^  p\d+--?>>p\d+: (.*)$/,
    ]
    for line in lines.dropFirst() {
      let words = try #require(kinds.lazy.compactMap { line.wholeMatch(of: $0) }.first, "\(line)").1
      let bare = words.replacing(/#\d+;/, with: "")
      let isPlain = bare.unicodeScalars.allSatisfy {
        !$0.isASCII || "\($0)".wholeMatch(of: /[A-Za-z0-9 .,\/()=+\-]/) != nil
      }
      #expect(isPlain, "\(line)")
    }
    #expect(sample.text(.diagram).count < 50_000)
  }
}
