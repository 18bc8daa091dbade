/// A request for the front page, as a browser may send it.
///
/// RFC 9110, section 9.3.1; RFC 9112, section 3.2.
enum HTTPRequest {
  /// The octets of a request.
  ///
  /// - Parameter host: What `Host` says.
  /// - Returns: A whole request; the connection is to stay open, so that the server's own closing is
  ///   not taken for somebody's interference.
  static func octets(host: String) -> [UInt8] {
    let lines = [
      "GET / HTTP/1.1", "Host: \(host)", "User-Agent: Mozilla/5.0 (compatible; rstprobe)",
      "Accept: text/html,*/*;q=0.8", "Accept-Language: en", "Accept-Encoding: identity",
      "Connection: keep-alive", "", "",
    ]
    return Array(lines.joined(separator: "\r\n").utf8)
  }
}
