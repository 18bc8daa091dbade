import RSTWire

/// One connection as two captures show it.
public struct ConnectionComparison: Sendable {
  /// What shows that both captures hold it: `endpoints`, `sequence-numbers` or `payload`; nil where the
  /// second one does not.
  public let pairedBy: String?
  /// Its client in the first capture.
  public let client: Endpoint
  /// Its server in the first capture.
  public let server: Endpoint
  /// Its first frame in the first capture.
  public let firstFrame: Int
  /// Its client, and server, in the second capture; nil where that does not hold it.
  public let counterpart: Counterpart?
  /// The capture that is nearer to the client; nil where nothing shows it.
  public let nearerToClient: CapturePoint?
  /// What became of the client's segments.
  public let clientSide: SideComparison
  /// What became of the server's.
  public let serverSide: SideComparison
  /// What was changed on the way.
  public let changes: [PathChange]
  /// What the comparison says: forged segments and lost ones.
  public let findings: [ComparedFinding]

  /// The same connection in the second capture.
  public struct Counterpart: Hashable, Sendable {
    /// Its client there.
    public var client: Endpoint
    /// Its server there.
    public var server: Endpoint
    /// Its first frame there.
    public var firstFrame: Int
  }

  /// What became of a side's segments.
  public func side(_ side: Side) -> SideComparison { side == .client ? clientSide : serverSide }
}

/// A finding of a comparison, with the frames of each capture that show it.
public struct ComparedFinding: Hashable, Sendable {
  /// What is said.
  public var finding: Finding
  /// Frames of the first capture.
  public var firstFrames: [Int]
  /// Frames of the second capture.
  public var secondFrames: [Int]
}
