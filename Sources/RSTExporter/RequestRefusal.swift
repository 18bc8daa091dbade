/// Why a request is not done.
public struct RequestRefusal: Error, Hashable, Sendable {
  /// What is the matter.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// Nobody can read the request: status 400.
    case malformed
    /// The target may not be probed from here: status 403.
    case forbidden
    /// Too many ask already, or for too long: status 503.
    case busy
  }

  /// What is the matter.
  public var kind: Kind
  /// One line that says why.
  public var reason: String

  init(_ kind: Kind, _ reason: String) {
    self.kind = kind
    self.reason = reason
  }

  /// The status code of the answer: RFC 9110, section 15.
  var status: Int {
    switch kind {
    case .malformed: 400
    case .forbidden: 403
    case .busy: 503
    }
  }
}
