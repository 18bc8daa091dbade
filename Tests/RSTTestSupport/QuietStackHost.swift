extension SimulatedHost {
  /// A host with a stack like lwIP's: it copies nothing into its resets, fills their window,
  /// always sets their ACK bit, and takes SYN with FIN for a SYN.
  public static func quiet(listening: Set<UInt16> = []) -> Self {
    var traits = StackTraits()
    traits.hopLimit = 255
    traits.resetsCopyTrafficClass = false
    traits.echoesRecordRoute = false
    traits.hasFlowLabels = false
    traits.resetWindow = 5840
    traits.dontFragment = false
    traits.countsIdentification = true
    traits.resetsAlwaysAcknowledge = true
    traits.acceptsSYNFIN = true
    traits.ignoresSigned = false
    return Self(traits: traits, listening: listening)
  }
}
