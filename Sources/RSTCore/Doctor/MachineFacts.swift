public import RSTWire

/// What was found on this machine before a run, as it was found.
public struct MachineFacts: Hashable, Sendable {
  /// Whether CAP_NET_RAW is effective.
  public var hasRawNetwork = false
  /// Where the program is, for setcap(8).
  public var executable = "rstprobe"
  /// Whether this looks like a container.
  public var isContainer = false
  /// The versions of the libraries as they say them; nil where one does not.
  public var libpcap, libnet: String?
  /// The kernel's release.
  public var kernel = ""
  /// Why no packet socket with a ring could be opened, and no raw socket; nil where they could.
  public var packetSocket, rawSocket: String?
  /// The way to the target; nil where none was asked for.
  public var way: Way?
  /// Why there is no way to the target; nil where there is one, or none was asked for.
  public var noWay: String?
  /// The MTU of the way's interface, in octets.
  public var mtu: Int?
  /// Which offloads of the interface are on; nil where they could not be read.
  public var offloads: [String]?
  /// The reverse-path filter of the way, as rp_filter has it; nil for IPv6 or where it cannot be read.
  public var reversePathFilter: Int?
  /// What the kernel's seccomp may do; nil where it cannot be read.
  public var seccompActions: String?
  /// Why the kernel's reasons of resets cannot be traced; nil where they can.
  public var tracing: String?
  /// How many connections are tracked, and how many may be; nil where tracking is not loaded.
  public var conntrack: (count: Int, most: Int)? {
    get { conntrackCount.flatMap { count in conntrackMost.map { (count, $0) } } }
    set { (conntrackCount, conntrackMost) = (newValue?.count, newValue?.most) }
  }
  private var conntrackCount: Int?
  private var conntrackMost: Int?
  /// What /proc/net/ip_vs holds; nil where IPVS is not loaded.
  public var virtualServices: String?
  /// What `tc filter show` says of the way's interface, both directions; nil where it could not be read.
  public var trafficControl: String?
  /// The user and group that a run belongs to.
  public var user, group: UInt32?

  /// Makes facts of which nothing is known.
  public init() {}

  /// The way to the target.
  public struct Way: Hashable, Sendable {
    /// The target's address.
    public var target: IPAddress
    /// The target's port.
    public var port: UInt16
    /// Our address.
    public var source: IPAddress
    /// The interface's name.
    public var interface: String
    /// The router; nil on the target's own link.
    public var gateway: IPAddress?
    /// Whether the target is this machine.
    public var isLocal: Bool

    /// Makes a way.
    public init(
      target: IPAddress, port: UInt16, source: IPAddress, interface: String, gateway: IPAddress?,
      isLocal: Bool
    ) {
      self.target = target
      self.port = port
      self.source = source
      self.interface = interface
      self.gateway = gateway
      self.isLocal = isLocal
    }
  }
}
