public import RSTCore
public import RSTReport
public import RSTWire

extension EvidenceBundle {
  /// A frame that belongs to a connection of the report.
  public struct Frame: Sendable {
    /// Its number in its file, from 1.
    public var number: Int
    /// When it was captured.
    public var moment: Moment
    /// What it begins with.
    public var linkType: LinkType
    /// How long it was on the link, in octets.
    public var originalLength: Int
    /// What was captured of it.
    public var octets: [UInt8]

    /// Makes a frame.
    public init(
      number: Int, moment: Moment, linkType: LinkType, originalLength: Int, octets: [UInt8]
    ) {
      self.number = number
      self.moment = moment
      self.linkType = linkType
      self.originalLength = originalLength
      self.octets = octets
    }
  }

  /// The files of a capture that was explained: one report for all connections that are shown.
  ///
  /// - Parameters:
  ///   - explained: What was read.
  ///   - connections: Those that are shown.
  ///   - frames: Their frames, in the order of the file.
  /// - Returns: Each file once.
  public static func files(
    _ explained: ExplainedCapture, _ connections: [ExplainedConnection], frames: [Frame]
  ) -> [BundleFile] {
    let page = CaptureText(options: Self.options).page(
      explained, connections: connections, showsPackets: true)
    let document = CaptureJSON.document(explained, connections)
    var comments = PacketComments()
    let name = explained.sources.first.map { " of \($0.name)" } ?? ""
    for finding in connections.flatMap(\.said) {
      comments.add(finding) { "frame \($0)\(name)" }
    }
    var capture = PacketCapture()
    var interfaces: [LinkType: UInt32] = [:]
    for frame in frames {
      let interface = interfaces[frame.linkType] ?? capture.addInterface(frame.linkType)
      interfaces[frame.linkType] = interface
      capture.add(
        frame.octets, originalLength: frame.originalLength, at: frame.moment.nanoseconds,
        interface: interface, comments: comments[frame.number])
    }
    return files(page, document: document, capture)
  }
}

extension ExplainedConnection {
  /// Everything that is said of it with frames of its own file, each reset naming itself too.
  var said: [Finding] {
    resets.map { explained in
      var finding = explained.finding
      let frame = explained.reset.segment.frame
      finding.evidence.insert(
        Evidence(
          "cause", weight: 0,
          detail: "the cause of this reset from the \(explained.reset.side.rawValue). "
            + finding.explanation, packets: [frame], source: ""), at: 0)
      return finding
    } + findings
  }
}
