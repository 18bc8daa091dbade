extension SimulatedHost {
  /// A Linux host: net/ipv4/tcp_ipv4.c, tcp_v4_send_reset.
  ///
  /// - Parameters:
  ///   - listening: The ports that somebody listens on.
  ///   - hopLimit: `net.ipv4.ip_default_ttl`.
  /// - Returns: The host.
  public static func linux(listening: Set<UInt16> = [], hopLimit: UInt8 = 64) -> Self {
    var traits = StackTraits()
    traits.hopLimit = hopLimit
    return Self(traits: traits, listening: listening)
  }
}
