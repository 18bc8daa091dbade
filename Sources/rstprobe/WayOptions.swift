internal import ArgumentParser
internal import RSTWire

/// The options that choose a family and a way out of this machine, the same for every command that sends.
struct WayOptions: ParsableArguments {
  @Flag(name: .customShort("4"), help: "Use IPv4.")
  var ipv4 = false

  @Flag(name: .customShort("6"), help: "Use IPv6.")
  var ipv6 = false

  @Option(help: ArgumentHelp("Send through this interface.", valueName: "if"))
  var interface: String?

  @Option(
    help: ArgumentHelp("Send from this address of this machine.", valueName: "addr"))
  var source: String?
}

/// What these options mean.
struct Way: Hashable, Sendable {
  /// The family that was asked for, also by the source address; nil for both.
  var family: AddressFamily?
  /// The interface to use, nil for the routing table's.
  var interface: String?
  /// The address to send from, nil for the kernel's choice.
  var source: IPAddress?

  /// Reads the options.
  ///
  /// - Throws: `ValidationError` with one line that says what is wrong.
  init(_ options: WayOptions) throws {
    guard !(options.ipv4 && options.ipv6) else {
      throw ValidationError("-4 and -6 exclude each other")
    }
    source = try options.source.map { text in
      guard let address = IPAddress(text) else {
        throw ValidationError("--source '\(text)' is not an IPv4 or IPv6 address")
      }
      return address
    }
    family = options.ipv4 ? .ipv4 : options.ipv6 ? .ipv6 : source?.family
    if let source, source.family != family {
      throw ValidationError("--source \(source) is of the other family")
    }
    interface = options.interface
  }
}
