internal import CLibnet
internal import CLinux
internal import CPcap
public import RSTCore
public import RSTWire

/// Looks at this machine: what a run needs of it, and what lists its rules.
///
/// Nothing is changed.
public struct MachineExamination: Sendable {
  /// What was found.
  public private(set) var facts = MachineFacts()
  /// What the programs that list rules said, by their names.
  public private(set) var listings: [String: ChildProgram.Outcome] = [:]

  /// What container runtimes leave in a container.
  private static let containerMarks: [String] = [
    "/.dockerenv", "/run/.containerenv", "/var/run/secrets/kubernetes.io",
  ]

  /// Examines the machine, and the way to a target where there is one.
  ///
  /// - Parameters:
  ///   - target: The target's address and port; nil to look at the machine alone.
  ///   - scope: The interface's index of a link-local target, else 0.
  ///   - interface: The interface to use, nil for the routing table's.
  ///   - source: The address to send from, nil for the kernel's choice.
  public init(
    target: (address: IPAddress, port: UInt16)?, scope: UInt32 = 0, interface: String? = nil,
    source: IPAddress? = nil
  ) {
    facts.hasRawNetwork = Privilege.hasRawNetwork
    facts.executable = Privilege.executablePath
    facts.isContainer = Self.containerMarks.contains { unsafe access($0, F_OK) == 0 }
    facts.libpcap = unsafe pcap_lib_version().map { unsafe line(of: String(cString: $0)) }
    facts.libnet = unsafe libnet_version().map { unsafe line(of: String(cString: $0)) }
    facts.kernel = Self.text("/proc/sys/kernel/osrelease") ?? "of an unknown release"
    facts.seccompActions = Self.text("/proc/sys/kernel/seccomp/actions_avail")
    // Under sudo a run goes on as who called it, and that is whom rules about owners see.
    facts.user = InvokingUser.current?.user ?? geteuid()
    facts.group = InvokingUser.current?.group ?? getegid()
    (facts.packetSocket, facts.rawSocket) = Self.sockets(target?.address.family ?? .ipv4)
    facts.tracing = Self.tracing
    if let count = Self.number("/proc/sys/net/netfilter/nf_conntrack_count"),
      let most = Self.number("/proc/sys/net/netfilter/nf_conntrack_max")
    {
      facts.conntrack = (count, most)
    }
    facts.virtualServices = Self.text("/proc/net/ip_vs")
    if let target { examine(target, scope: scope, interface: interface, source: source) }
    list()
  }

  private mutating func examine(
    _ target: (address: IPAddress, port: UInt16), scope: UInt32, interface: String?,
    source: IPAddress?
  ) {
    let route: Route
    do throws(RouteError) {
      route = try Route(to: target.address, scope: scope, interface: interface, source: source)
    } catch {
      facts.noWay = error.description
      return
    }
    let name = route.interface.name
    facts.way = MachineFacts.Way(
      target: target.address, port: target.port, source: route.source, interface: name,
      gateway: route.gateway, isLocal: route.isLocal)
    facts.mtu = Self.number("/sys/class/net/\(name)/mtu")
    facts.offloads = Self.offloads(of: name)
    let filters = ["all", name].compactMap {
      Self.number("/proc/sys/net/ipv4/conf/\($0)/rp_filter")
    }
    facts.reversePathFilter = target.address.family == .ipv4 ? filters.max() : nil
    let said = ["egress", "ingress"].map {
      ChildProgram.run("tc", ["filter", "show", "dev", name, $0])
    }
    facts.trafficControl = said.reduce("" as String?) { text, outcome in
      guard let text, case .said(let octets) = outcome else { return nil }
      return text + String(decoding: octets, as: UTF8.self)
    }
  }

  /// Asks those that list rules.
  ///
  /// The older iptables are asked only where the kernel has tables of theirs: it would make some for them.
  private mutating func list() {
    listings["nft"] = ChildProgram.run("nft", ["-j", "list", "ruleset"])
    for program in ["iptables-save", "ip6tables-save"] {
      listings[program] = ChildProgram.run(program)
    }
    for (program, tables) in [
      ("iptables-legacy-save", "ip_tables_names"), ("ip6tables-legacy-save", "ip6_tables_names"),
    ] where Self.text("/proc/net/\(tables)")?.isEmpty == false {
      listings[program] = ChildProgram.run(program)
    }
  }
}

// MARK: - The kernel

extension MachineExamination {
  /// Why no packet socket with a ring, and no raw socket, can be opened.
  private static func sockets(_ family: AddressFamily) -> (packet: String?, raw: String?) {
    var packet: String?
    do throws(SystemFailure) {
      // Of no protocol: it gets nothing.
      let socket = try Descriptor.socket(AF_PACKET, Int32(SOCK_RAW.rawValue), 0)
      if rst_choose_ring(socket.number) != 0 { packet = "\(SystemFailure.last)" }
    } catch {
      packet = "\(error)"
    }
    do throws(SystemFailure) {
      _ = try Descriptor.socket(
        family == .ipv4 ? AF_INET : AF_INET6, Int32(SOCK_RAW.rawValue), Int32(IPPROTO_RAW))
      return (packet, nil)
    } catch {
      return (packet, "\(error)")
    }
  }

  /// Why the kernel's reasons of resets cannot be traced.
  private static var tracing: String? {
    let number = rst_open_tracefs()
    guard number >= 0 else { return ResetTracingError.noTracefs(.last).description }
    let root = Descriptor(owning: number)
    let format = unsafe rst_open_in(root.number, "events/tcp/tcp_send_reset/format", 0)
    guard format >= 0 else {
      let failure = SystemFailure.last
      return failure.isPermission
        ? ResetTracingError.refused(failure).description
        : ResetTracingError.noTracepoint.description
    }
    let octets = (try? Descriptor(owning: format).read(limit: 1 << 16)) ?? []
    let hasReasons = String(decoding: octets, as: UTF8.self).contains(" reason;")
    return hasReasons ? nil : ResetTracingError.noReasons.description
  }

  /// What the interface's driver merges or completes; nil where it cannot be asked.
  private static func offloads(of interface: String) -> [String]? {
    guard let socket = try? Descriptor.socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0) else {
      return nil
    }
    let questions: [(String, Int32, Int)] = [
      ("GRO", ETHTOOL_GGRO, 1), ("GSO", ETHTOOL_GGSO, 1), ("TSO", ETHTOOL_GTSO, 1),
      ("TX checksums", ETHTOOL_GTXCSUM, 1), ("LRO", ETHTOOL_GFLAGS, 1 << 15),
    ]
    let answers = questions.map { name, command, bit in
      (name, unsafe rst_ethtool_number(socket.number, interface, UInt32(command)), bit)
    }
    guard answers.contains(where: { $0.1 >= 0 }) else { return nil }
    return answers.filter { $0.1 > 0 && $0.1 & $0.2 != 0 }.map(\.0)
  }

  /// What a small file of the kernel says, without the line break at its end.
  private static func text(_ path: String) -> String? {
    guard let octets = try? InputFile.readAny(path, limit: 1 << 20) else { return nil }
    let text = String(decoding: octets, as: UTF8.self)
    return text.hasSuffix("\n") ? String(text.dropLast()) : text
  }

  private static func number(_ path: String) -> Int? { text(path).flatMap { Int($0) } }
}
