import RSTBundle
import RSTCore
import RSTTestSupport
import Testing

@testable import RSTReport

/// The page of a bundle, of each kind.
@Suite struct HTMLReportTests {
  @Test(arguments: BundleSample.all)
  func `a bundle has its five files, and nothing empty`(_ sample: BundleSample) {
    #expect(Set(sample.files.map(\.name)) == Set(BundleFile.Name.allCases.map(\.rawValue)))
    #expect(sample.files.count == 5)
    for file in sample.files { #expect(!file.contents.isEmpty, "\(file.name)") }
  }

  @Test(arguments: BundleSample.all)
  func `the page is well-formed, and nothing of it acts or is loaded`(
    _ sample: BundleSample
  ) throws {
    let page = try #require(Markup(sample[.report]))
    let known: Set = [
      "html", "head", "meta", "title", "style", "body", "header", "h1", "h2", "main", "section",
      "p",
      "ul", "li", "span", "table", "tr", "th", "td", "div", "figure", "figcaption", "svg", "line",
      "polygon", "text", "footer", "a",
    ]
    #expect(Set(page.elements.map(\.name)).subtracting(known).isEmpty)
    let attributes = Set(page.elements.flatMap(\.attributes.keys))
    #expect(attributes.allSatisfy { !$0.hasPrefix("on") && $0 != "src" && $0 != "style" })
    let links = page.elements.compactMap { $0.attributes["href"] }
    #expect(links == BundleFile.Name.allCases.map(\.rawValue))
    #expect(page.elements(named: "style").first?.text.contains("@import") == false)
    #expect(page.elements(named: "style").first?.text.contains("url(") == false)
    let policy = page.elements(named: "meta").first {
      $0.attributes["http-equiv"] == "Content-Security-Policy"
    }
    #expect(policy?.attributes["content"] == "default-src 'none'; style-src 'unsafe-inline'")
  }

  @Test(arguments: BundleSample.all)
  func `every text of a drawing is in it, by the widest letters`(_ sample: BundleSample) throws {
    let page = try #require(Markup(sample[.report]))
    for text in page.elements(named: "text") {
      let drawing = try #require(page.ancestor(of: text, named: "svg"))
      let box = try #require(drawing.attributes["viewBox"]).split(separator: " ").compactMap {
        Int($0)
      }
      let kinds = Set((text.attributes["class"] ?? "").split(separator: " "))
      let size = kinds.contains("margin") ? 9 : kinds.contains("field") ? 10 : 11
      let width = (text.text.displayWidth * size * 62 + 99) / 100
      let x = try #require(text.attributes["x"].flatMap { Int($0) })
      let left =
        kinds.isDisjoint(with: ["far", "margin"])
        ? kinds.isDisjoint(with: ["head", "field"]) ? x : x - width / 2 : x - width
      #expect(left >= 0 && left + width <= box[2], "\(text.text)")
      let y = try #require(text.attributes["y"].flatMap { Int($0) })
      #expect(y > size && y <= box[3], "\(text.text)")
    }
    for line in page.elements(named: "line") {
      for end in ["x1", "x2"] {
        let x = try #require(line.attributes[end].flatMap { Int($0) })
        #expect((0...380).contains(x))
      }
    }
  }

  @Test func `the packets that decide are marked, and resets look like resets`() throws {
    let page = try #require(Markup(BundleSample.run("", Samples.closed)[.report]))
    let drawings = page.elements(named: "svg")
    #expect(drawings.count == 2)
    let kinds = page.elements.compactMap { $0.attributes["class"] }
    #expect(kinds.count { $0 == "mark" } == 4)
    #expect(kinds.count { $0 == "band" } == 4)
    #expect(kinds.count { $0 == "tip deciding reset" } == 2)
    #expect(page.text.contains("Packets that decide: 4 of 6; evidence.pcapng has the others too"))
    let path = page.elements(named: "section").filter { $0.attributes["class"] == "path" }
    #expect(path.count == 1)
    for words in [
      "Port 443 of www.example.com (192.0.2.10) is closed: the host's own stack refuses, 3 hops away.",
      "Verdict: closed, responder host, hop 3, confidence 97 %",
      "A control port answers with the same kind of reset. (packets 1, 4) "
        + "[RFC 9293, section 3.10.7.1]",
      "Weighed and not said: host-firewall-reset 2 %",
      "Start the service, or ask for the port that it listens on.", "192.0.2.10, the target",
    ] { #expect(page.text.contains(words), "\(words)") }
  }

  @Test func `the matrix stands in a table, and its grades above`() throws {
    let diagnosis = try ConnectionReportTests.diagnosis(.linux)
    let page = try #require(Markup(EvidenceBundle.files(diagnosis)[0].contents))
    let entries = try #require(diagnosis.conclusion.connections?.conformance.matrix.entries)
    #expect(entries.count > 10)
    let rows = page.elements(named: "th").map(\.text)
    for entry in entries { #expect(rows.contains(entry.cell.summary)) }
    #expect(page.elements(named: "h2").contains { $0.text == "Established connections (RFC 5961)" })
  }

  @Test(arguments: BundleSample.hostile)
  func `what comes from outside stays text`(_ sample: BundleSample) throws {
    let page = try #require(Markup(sample[.report]))
    let flat = page.text.replacing("\n", with: " ")
    #expect(flat.contains("<script>alert(1)</script> ]]> &lt; \"quoted\" 'single' `code`"))
    #expect(flat.contains("{{headline}} {{{style}}} <!-- </style></svg>"))
    #expect(!sample.text(.report).contains("<script"))
    for name in [BundleFile.Name.report, .ticket, .document, .diagram] {
      let active = sample.text(name).unicodeScalars.filter { $0 != "\n" && Sanitised.isActive($0) }
      #expect(active.isEmpty, "\(name)")
    }
  }
}
