/// Every probe there is; the command line, the reports and the documentation read it.
public enum ProbeCatalog {
  /// The probes, in the order in which a reader wants them.
  public static let all: [any Probe] = [
    SYNProbe(), SYNProbe.Control(), FlowSYNProbe(), SlowSYNProbe(), PlainSYNProbe(), BareSYNProbe(),
    StrayACKProbe(), StrayFINProbe(), StrayFINACKProbe(),
    NullProbe(),
    XmasProbe(), SYNFINProbe(), SYNResetProbe(), UrgentSYNProbe(), PushSYNProbe(),
    ECNSetupProbe(), ReservedBitsProbe(), DataSYNProbe(), BadChecksumProbe(), SignedSYNProbe(),
    UnknownOptionProbe(), RecordRouteProbe(), EchoProbe(), RecordRouteEchoProbe(),
    LadderSYNProbe(), LadderACKProbe(), LadderEchoProbe(), CookieFirstProbe(),
    CookieSecondProbe(),
  ]

  /// Whether the probe of that name goes out with the hop limits of a ladder.
  static func isRung(_ name: String) -> Bool { name.hasPrefix("ladder") }

  /// The probe of that name.
  public static func probe(named name: String) -> (any Probe)? { all.first { $0.name == name } }
}
