/// A failure of libnet: a packet that it cannot build, a socket that it cannot open.
public struct InjectionError: Error, Hashable, Sendable {
  /// The system's error number, 0 when libnet gave none.
  public var code: Int32
  /// libnet's text, in one line.
  public var text: String
  /// What we were doing, as in "building a TCP header".
  public var activity: String

  /// Makes an error.
  public init(code: Int32, text: String, activity: String) {
    self.code = code
    self.text = text
    self.activity = activity
  }

  /// Whether CAP_NET_RAW is what is missing.
  public var isPermission: Bool { SystemFailure(number: code).isPermission }
}

extension InjectionError: CustomStringConvertible {
  /// One line for people.
  public var description: String { "\(activity): \(text)" }
}
