internal import Foundation
public import RSTCore
public import RSTWire
internal import XMLCoder

/// The elements of nmap's XML that a sweep can fill, after nmap's own document type definition.
enum NmapElement {
  struct Host: Encodable {
    @Attribute var starttime: Int
    let status: Status
    let address: Address
    let hostnames: HostNames
    let ports: Ports
  }

  struct Status: Encodable {
    @Attribute var state: String
    @Attribute var reason: String
    @Attribute var reason_ttl: Int
  }

  struct Address: Encodable {
    @Attribute var addr: String
    @Attribute var addrtype: String
  }

  struct HostNames: Encodable { let hostname: [HostName] }

  struct HostName: Encodable {
    @Attribute var name: String
    @Attribute var type: String
  }

  struct Ports: Encodable { let port: [Port] }

  struct Port: Encodable {
    @Attribute var `protocol`: String
    @Attribute var portid: Int
    let state: State
    let script: Script
  }

  struct State: Encodable {
    @Attribute var state: String
    @Attribute var reason: String
    @Attribute var reason_ttl: Int
  }

  /// Where nmap's words end, ours stand as the output of a script.
  struct Script: Encodable {
    @Attribute var id: String
    @Attribute var output: String
  }
}

/// The results of a sweep as nmap would write them, for programs that read that.
///
/// nmap has fewer words: what is rejected or dropped is `filtered` there, and the words of rstprobe
/// follow as a script's output. Results come in a random order, so that a host with several ports
/// has several `host` elements unless they came together.
public struct NmapXML: Sendable {
  /// How every document about this sweep begins.
  public let beginning: String
  /// What stands behind each host: a document may be cut there, and gone on with.
  public static let hostEnd = "</host>\n"

  private let started: Int

  /// Prepares a document.
  ///
  /// - Parameters:
  ///   - started: When this run began, seconds since 1970.
  ///   - identity: What tells this sweep from every other: digits, letters and slashes.
  public init(started: Int, identity: String) {
    self.started = started
    beginning = """
      <?xml version="1.0" encoding="UTF-8"?>
      <!DOCTYPE nmaprun>
      <!-- rstprobe sweep \(identity) -->

      """
  }

  /// What stands before the hosts.
  ///
  /// - Parameter arguments: The command line.
  /// - Returns: The text.
  public func head(arguments: String) -> String {
    let safe = arguments.unicodeScalars.map { scalar -> String in
      switch scalar {
      case "&": "&amp;"
      case "<": "&lt;"
      case ">": "&gt;"
      case "\"": "&quot;"
      // Hardly any other control character may stand in XML 1.0, section 2.2.
      case _ where scalar.value < 0x20 || scalar.value >= 0xfffe: " "
      default: String(scalar)
      }
    }.joined()
    return beginning + """
      <nmaprun scanner="rstprobe" args="\(safe)" start="\(started)" version="\(Version.current)" \
      xmloutputversion="1.05">

      """
  }

  /// How it ends.
  ///
  /// - Parameters:
  ///   - finished: When this run ended, seconds since 1970.
  ///   - hosts: How many hosts were asked.
  ///   - isComplete: Whether everything is said.
  /// - Returns: The text.
  public func tail(finished: Int, hosts: UInt64, isComplete: Bool) -> String {
    """
    <runstats><finished time="\(finished)" elapsed="\(finished - started)" \
    exit="\(isComplete ? "success" : "error")"/>\
    <hosts up="\(hosts)" down="0" total="\(hosts)"/></runstats>
    </nmaprun>

    """
  }

  /// The `host` elements of some results, those of one host together.
  ///
  /// - Parameters:
  ///   - results: The results.
  ///   - names: How the user named addresses.
  /// - Returns: The text.
  /// - Throws: What the encoder throws.
  public func hosts(
    _ results: some Collection<SweepResult>, names: [IPAddress: String]
  ) throws -> String {
    let encoder = XMLEncoder()
    var text = ""
    for (address, ports) in Dictionary(grouping: results, by: \.endpoint.address) {
      let element = host(address, ports, name: names[address])
      let octets = try encoder.encode(element, withRootKey: "host")
      text += String(decoding: octets, as: UTF8.self) + "\n"
    }
    return text
  }

  private func host(
    _ address: IPAddress, _ results: [SweepResult], name: String?
  ) -> NmapElement.Host {
    let isUp = results.contains { $0.verdict.responder != .none }
    return NmapElement.Host(
      starttime: Attribute(started),
      status: NmapElement.Status(
        state: Attribute(isUp ? "up" : "unknown"),
        reason: Attribute(isUp ? "syn-ack" : "no-response"), reason_ttl: Attribute(0)),
      address: NmapElement.Address(
        addr: Attribute("\(address)"),
        addrtype: Attribute(address.family == .ipv4 ? "ipv4" : "ipv6")),
      hostnames: NmapElement.HostNames(
        hostname: name.map { [NmapElement.HostName(name: Attribute($0), type: Attribute("user"))] }
          ?? []),
      ports: NmapElement.Ports(
        port: results.sorted { $0.endpoint.port < $1.endpoint.port }.map(Self.port)))
  }

  private static func port(_ result: SweepResult) -> NmapElement.Port {
    let verdict = result.verdict
    let (state, reason) =
      switch verdict.port {
      case .open, .overloaded: ("open", "syn-ack")
      case .closed: ("closed", "reset")
      case .rejected: ("filtered", result.icmpSender == nil ? "reset" : "admin-prohibited")
      case .dropped, .inconclusive: ("filtered", "no-response")
      case .unreachable: ("filtered", "host-unreach")
      }
    let findings = result.codes.map(\.rawValue).joined(separator: " ")
    return NmapElement.Port(
      protocol: Attribute("tcp"), portid: Attribute(Int(result.endpoint.port)),
      state: NmapElement.State(
        state: Attribute(state), reason: Attribute(reason), reason_ttl: Attribute(0)),
      script: NmapElement.Script(
        id: Attribute("rstprobe"),
        output: Attribute(
          "\(verdict.port.rawValue), responder \(verdict.responder.rawValue)"
            + (findings.isEmpty ? "" : ", \(findings)"))))
  }
}
