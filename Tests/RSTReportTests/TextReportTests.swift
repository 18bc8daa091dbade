import RSTCore
import RSTReport
import Testing

/// What holds of every report for people.
@Suite struct TextReportTests {
  private func text(_ index: Int, _ width: Int, _ isVerbose: Bool, colour: Bool = false) -> String {
    let options = TextReportOptions(width: width, colour: colour, isVerbose: isVerbose)
    return TextReport(diagnosis: Samples.all[index], options: options).text
  }

  @Test(arguments: Samples.all.indices, [0, 80, 97, 120, 1000])
  func `no line is wider than the terminal, 80 columns at least, 120 at most`(
    index: Int, width: Int
  ) {
    for isVerbose in [false, true] {
      for line in text(index, width, isVerbose).split(separator: "\n") {
        #expect(columns(of: line) <= min(max(width, 80), 120), "\(line)")
      }
    }
  }

  @Test(arguments: Samples.all.indices)
  func `no control character reaches the terminal`(index: Int) {
    let plain = text(index, 80, true)
    let quiet = TextReport(diagnosis: Samples.all[index]).quiet
    #expect(!(plain + quiet).unicodeScalars.contains { isActive($0) && $0 != "\n" })
  }

  @Test(arguments: Samples.all.indices)
  func `colour adds to the text and changes nothing in it`(index: Int) {
    let coloured = text(index, 80, true, colour: true)
    #expect(coloured.contains("\u{1b}[1m"))
    #expect(coloured.replacing(/\u{1b}\[[0-9;]*m/, with: "") == text(index, 80, true))
  }

  @Test(arguments: Samples.all.indices)
  func `ends with one line break and has no space at the end of a line`(index: Int) {
    let text = text(index, 80, false)
    #expect(text.hasSuffix("\n") && !text.hasSuffix("\n\n"))
    #expect(!text.contains(" \n") && !text.contains("\n\n\n"))
  }

  @Test(arguments: Samples.all.indices)
  func `the quiet variant is one line`(index: Int) {
    let line = TextReport(diagnosis: Samples.all[index]).quiet
    #expect(line.count { $0 == "\n" } == 1)
    #expect(line.hasSuffix("\n"))
  }

  @Test func `the quiet variant names the state, the responder and the distance`() {
    #expect(
      TextReport(diagnosis: Samples.closed).quiet
        == "192.0.2.10:443 closed, responder host, hop 3, confidence 97 %\n")
    #expect(
      TextReport(diagnosis: Samples.closedIPv6).quiet
        == "[2001:db8::a]:22 closed, responder host, hop 1, confidence 99 %\n")
    #expect(
      TextReport(diagnosis: Samples.rejectedByHost).quiet
        == "192.0.2.10:443 rejected, responder host-firewall, hops 2 to 3, confidence 100 %\n")
  }

  @Test func `shows the packets that decide, and all of them when asked`() {
    let brief = text(0, 80, false)
    #expect(brief.contains("Packets that decide: 4 of 6; --verbose shows the others too\n"))
    #expect(!brief.contains("stray-ack"))
    let full = text(0, 80, true)
    #expect(full.contains("Packets: 6\n"))
    #expect(full.contains("stray-ack to control port 51235"))
  }

  @Test func `names the sources of the evidence when asked`() {
    #expect(!text(0, 120, false).contains("RFC 9293"))
    #expect(text(0, 120, true).contains("[RFC 9293, section 3.10.7.1]"))
  }

  @Test func `puts a note beside its packet where there is room`() {
    let row = "3 20.31 <- RST,ACK  =0   1  62    0     0 0x28   0"
    #expect(text(0, 80, false).contains("\(row)\n           reset of the host\n"))
    #expect(text(0, 100, false).contains("\(row)  reset of the host\n"))
  }

  @Test func `says when a number does not fit its column`() {
    let full = text(7, 80, true)
    #expect(full.contains("flags SYN,FIN,RST,PSH,ACK,URG,ECE,CWR; a remark"))
    #expect(full.contains(">11 days"))
    #expect(full.contains("protocol 132"))
  }

  private func isActive(_ scalar: Unicode.Scalar) -> Bool {
    [.control, .format, .lineSeparator, .paragraphSeparator].contains(
      scalar.properties.generalCategory)
  }

  /// The columns of a line, counted without the code under test: a CJK ideograph takes two.
  private func columns(of line: Substring) -> Int {
    line.unicodeScalars.reduce(0) { $0 + ((0x4e00...0x9fff).contains($1.value) ? 2 : 1) }
  }
}
