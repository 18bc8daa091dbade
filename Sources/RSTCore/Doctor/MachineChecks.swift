import RSTWire

/// What a run needs of a machine, held against what was found.
extension MachineFacts {
  /// The checks that rest on no rules.
  public var checks: [DoctorCheck] {
    [
      capability, library("libpcap", libpcap, package: "libpcap0.8"),
      library("libnet", libnet, package: "libnet1"), sockets, kernelCheck, route, interface,
      offloadCheck, reversePath, connectionTracking, services, traffic, seccomp, witness,
    ].compactMap(\.self)
  }

  private var capability: DoctorCheck {
    guard !hasRawNetwork else {
      return DoctorCheck("capability", .good, "CAP_NET_RAW is effective")
    }
    return DoctorCheck(
      "capability", .missing,
      "CAP_NET_RAW is missing, to send and capture packets"
        + (isContainer ? "; this looks like a container" : ""),
      remedy: isContainer
        ? "start the container with --cap-add NET_RAW (Kubernetes: securityContext.capabilities.add: "
          + "[NET_RAW]); outside of one, sudo or setcap"
        : "use sudo, or grant it once: sudo setcap cap_net_raw+ep '\(executable)'")
  }

  private func library(_ name: String, _ version: String?, package: String) -> DoctorCheck {
    guard let version else {
      return DoctorCheck(
        name, .unknown, isNeeded: false, "\(name) says no version",
        remedy: "apt-get install \(package)")
    }
    return DoctorCheck(name, .good, version)
  }

  private var sockets: DoctorCheck {
    let failures = [
      packetSocket.map { "packet socket with a ring: \($0)" },
      rawSocket.map { "raw socket: \($0)" },
    ]
    .compactMap(\.self)
    guard !failures.isEmpty else {
      return DoctorCheck(
        "sockets", .good, "packet sockets with a ring, and raw sockets, can be opened")
    }
    return DoctorCheck(
      "sockets", .missing, failures.joined(separator: "; "),
      remedy: hasRawNetwork
        ? "a kernel with CONFIG_PACKET, and no seccomp profile that forbids AF_PACKET"
        : "CAP_NET_RAW, as above")
  }

  private var kernelCheck: DoctorCheck { DoctorCheck("kernel", .good, "Linux \(kernel)") }

  private var route: DoctorCheck? {
    if let noWay {
      return DoctorCheck(
        "route", .missing, noWay, remedy: "look at ip route get, and at ip address")
    }
    guard let way else { return nil }
    let through =
      way.gateway.map { " through \($0)" }
      ?? (way.isLocal ? ", this machine itself" : ", on the link")
    return DoctorCheck(
      "route", .good, "\(way.target) by \(way.interface) from \(way.source)\(through)")
  }

  private var interface: DoctorCheck? {
    guard let way else { return nil }
    guard let mtu else {
      return DoctorCheck(
        "interface", .unknown, isNeeded: false, "the MTU of \(way.interface) cannot be read")
    }
    let least = way.target.family == .ipv4 ? 576 : 1280
    guard mtu >= least else {
      return DoctorCheck(
        "interface", .warning, "\(way.interface) is up, with an MTU of \(mtu) octets: too small",
        remedy: "ip link set \(way.interface) mtu 1500")
    }
    return DoctorCheck("interface", .good, "\(way.interface) is up, MTU \(mtu)")
  }

  /// Offloads change what a capture shows of others' segments, not what rstprobe sends.
  private var offloadCheck: DoctorCheck? {
    guard let way else { return nil }
    guard let offloads else {
      return DoctorCheck(
        "offloads", .unknown, isNeeded: false, "the offloads of \(way.interface) cannot be read",
        remedy: "ethtool -k \(way.interface)")
    }
    let merging = offloads.filter { ["GRO", "LRO"].contains($0) }
    return DoctorCheck(
      "offloads", .good, isNeeded: false,
      offloads.isEmpty
        ? "none is on"
        : "on: \(offloads.joined(separator: ", "))"
          + (merging.isEmpty ? "" : "; received data segments may be captured merged"),
      remedy: merging.isEmpty
        ? "" : "only to see every segment: ethtool -K \(way.interface) gro off lro off")
  }

  private var reversePath: DoctorCheck? {
    guard way?.target.family == .ipv4, way?.isLocal == false else { return nil }
    switch reversePathFilter {
    case nil:
      return DoctorCheck(
        "reverse-path", .unknown, isNeeded: false, "the reverse-path filter cannot be read",
        remedy: "sysctl net.ipv4.conf.all.rp_filter")
    case 1?:
      // A capture sees what comes in before it is dropped.
      return DoctorCheck(
        "reverse-path", .good, isNeeded: false,
        "strict: answers by another interface are captured on the way's interface alone")
    default: return DoctorCheck("reverse-path", .good, isNeeded: false, "not strict")
    }
  }

  private var connectionTracking: DoctorCheck {
    guard let conntrack, conntrack.most > 0 else {
      return DoctorCheck(
        "conntrack", .good, "connections are not tracked in this network namespace")
    }
    let share = conntrack.count * 100 / conntrack.most
    guard share < 90 else {
      return DoctorCheck(
        "conntrack", .warning,
        "the table of connections is nearly full (\(conntrack.count) of \(conntrack.most)): new ones are dropped",
        remedy:
          "sysctl -w net.netfilter.nf_conntrack_max=\(conntrack.most * 2), or find what fills it: conntrack -L"
      )
    }
    return DoctorCheck(
      "conntrack", .good, "\(conntrack.count) of \(conntrack.most) connections tracked")
  }

  private var services: DoctorCheck? {
    guard let virtualServices else { return nil }
    let table = VirtualServices(virtualServices)
    guard let way else {
      return DoctorCheck(
        "ipvs", .good, isNeeded: false,
        "IPVS is loaded, with \(table.services.count) virtual services")
    }
    guard table.services.contains(where: { $0.address == way.target && $0.port == way.port }) else {
      return DoctorCheck(
        "ipvs", .good, "IPVS has \(table.services.count) virtual services, none of them the target")
    }
    return DoctorCheck(
      "ipvs", .warning,
      "the target is a virtual service of this machine's IPVS, as kube-proxy sets it up",
      remedy: "ipvsadm -Ln; probe one of its real servers instead")
  }

  private var traffic: DoctorCheck? {
    guard let way else { return nil }
    guard let trafficControl else {
      return DoctorCheck(
        "traffic-control", .unknown,
        "filters of \(way.interface)'s queueing disciplines cannot be read",
        remedy: "apt-get install iproute2; then tc filter show dev \(way.interface) egress")
    }
    let lines = trafficControl.split(whereSeparator: \.isNewline)
    guard !lines.isEmpty else {
      return DoctorCheck("traffic-control", .good, "no tc filter on \(way.interface)")
    }
    let isProgram = trafficControl.contains("bpf")
    return DoctorCheck(
      "traffic-control", .unknown,
      "\(way.interface) has tc filters"
        + (isProgram
          ? ", BPF programs among them, as container networks have: they may change or drop packets"
          : ""),
      remedy: "tc filter show dev \(way.interface) egress" + (isProgram ? "; bpftool net" : ""))
  }

  private var seccomp: DoctorCheck {
    DoctorCheck(
      "seccomp", seccompActions == nil ? .unknown : .good, isNeeded: false,
      seccompActions.map { "the kernel filters system calls: \($0)" }
        ?? "whether the kernel filters system calls cannot be read")
  }

  private var witness: DoctorCheck {
    guard let tracing else {
      return DoctorCheck(
        "witness", .good, isNeeded: false,
        "the kernel tells why its TCP sends resets, for rstprobe witness")
    }
    return DoctorCheck(
      "witness", .missing, isNeeded: false,
      "rstprobe witness would record here without the kernel's reasons of resets: \(tracing)",
      remedy: "Linux 6.10 or later, and CAP_SYS_ADMIN (sudo)")
  }
}

/// The virtual services of IPVS as /proc/net/ip_vs lists them.
///
/// net/netfilter/ipvs/ip_vs_ctl.c, ip_vs_info_seq_show: addresses and ports in hexadecimal.
struct VirtualServices {
  let services: [(address: IPAddress, port: UInt16)]

  init(_ text: String) {
    services = text.split(whereSeparator: \.isNewline).compactMap { line in
      guard line.hasPrefix("TCP ") else { return nil }
      let words = line.split(separator: " ")
      guard words.count > 1, let colon = words[1].lastIndex(of: ":"),
        let port = UInt16(words[1][words[1].index(after: colon)...], radix: 16)
      else { return nil }
      let host = words[1][..<colon]
      if host.hasPrefix("[") {
        return IPAddress(String(host.dropFirst().dropLast())).map { ($0, port) }
      }
      return UInt32(host, radix: 16).map { (.v4(IPv4Address(rawValue: $0)), port) }
    }
  }
}
