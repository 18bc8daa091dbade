/// Writes the policy that what was seen today holds.
///
/// What was inconclusive is not expected; it stands there as a comment.
public struct AuditLearning: Sendable {
  /// One port as it was seen.
  public struct Seen: Hashable, Sendable {
    /// Whose port.
    public var subject: AuditSubject
    /// What a run showed; nil where none could be made.
    public var observation: AuditObservation?

    /// Makes a sight.
    public init(subject: AuditSubject, observation: AuditObservation?) {
      self.subject = subject
      self.observation = observation
    }
  }

  /// The text of the policy, in YAML.
  ///
  /// - Parameters:
  ///   - seen: The ports, those of one target together.
  ///   - name: What the policy is called.
  /// - Returns: A file that `rstprobe audit` reads.
  public static func policy(from seen: [Seen], name: String) -> String {
    var text = "# Written by rstprobe audit --learn: what was there when it looked.\n"
    text += "policy: \(quoted(name))\nrules:\n"
    var order: [String] = []
    var groups: [String: [(manner: [String], ports: [UInt16])]] = [:]
    var unclear: [String] = []
    for sight in seen {
      let target = sight.subject.name
      guard let manner = sight.observation.flatMap(manner) else {
        unclear.append("\(target) port \(sight.subject.port)")
        continue
      }
      if groups[target] == nil { order.append(target) }
      let place = groups[target]?.firstIndex { $0.manner == manner }
      if let place {
        groups[target]?[place].ports.append(sight.subject.port)
      } else {
        groups[target, default: []].append((manner, [sight.subject.port]))
      }
    }
    for target in order {
      for group in groups[target] ?? [] {
        let ports = PortList(group.ports)
        let state = group.manner[0].dropFirst("port: ".count)
        text += "  - name: \(quoted("\(target): \(ports) \(state)"))\n"
        text += "    targets: \(quoted(target))\n    ports: \(quoted("\(ports)"))\n    expect:\n"
        for line in group.manner { text += "      \(line)\n" }
      }
    }
    if order.isEmpty { text += "  []\n" }
    for port in unclear { text += "# inconclusive, and so not expected: \(oneLine(port))\n" }
    return text
  }

  /// The lines of an expectation; nil where the state is not clear.
  static func manner(_ seen: AuditObservation) -> [String]? {
    let verdict = seen.verdict
    guard verdict.port != .inconclusive, !seen.isInterrupted else { return nil }
    var lines = ["port: \(verdict.port.rawValue)"]
    if verdict.responder != .unknown { lines.append("responder: \(verdict.responder.rawValue)") }
    // How far the host is belongs to routing; where a device stands belongs to the policy.
    if verdict.responder == .networkDevice, let hop = verdict.hop {
      lines.append("by_hop: \(hop)")
    }
    if seen.refusals.count == 1, verdict.port == .rejected || verdict.port == .unreachable {
      lines.append("icmp: \(seen.refusals[0].rawValue)")
    }
    return lines
  }

  /// A double-quoted scalar of YAML: nothing in it can end it, or act on a terminal.
  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case _ where (0x20...0x7e).contains(scalar.value): result.unicodeScalars.append(scalar)
      default:
        let digits = String(scalar.value, radix: 16)
        result += "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
      }
    }
    return result + "\""
  }

  private static func oneLine(_ text: String) -> String {
    String(
      String.UnicodeScalarView(text.unicodeScalars.filter { (0x20...0x7e).contains($0.value) }))
  }
}
