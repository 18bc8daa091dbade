/// The two halves of `HOST:PORT` and the like, without a judgement of either.
struct HostAndPorts: Hashable, Sendable {
  var host: String
  var ports: String

  /// Parts `host:ports`, or `[host]:ports` where the host has colons itself (RFC 3986, section 3.2.2);
  /// nil where the text is neither.
  init?(parting text: String) {
    let host: Substring
    let rest: Substring
    if text.hasPrefix("[") {
      guard let end = text.firstIndex(of: "]") else { return nil }
      host = text[..<end].dropFirst()
      rest = text[text.index(after: end)...]
      // What has no colons needs no brackets: one way to write a name is enough.
      guard host.contains(":") else { return nil }
    } else {
      guard let colon = text.firstIndex(of: ":") else { return nil }
      host = text[..<colon]
      rest = text[colon...]
    }
    guard !host.isEmpty, rest.first == ":", !rest.dropFirst().contains(":") else { return nil }
    self.host = String(host)
    ports = String(rest.dropFirst())
  }
}
