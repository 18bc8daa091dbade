/// Prometheus' text format, version 0.0.4: the one place where metrics become text.
public struct PrometheusText: Sendable {
  /// What a metric is.
  public enum Kind: String, Sendable {
    /// A value that comes and goes.
    case gauge
    /// A value that only grows.
    case counter
  }

  /// The media type that HTTP says of it.
  public static let mediaType = "text/plain; version=0.0.4; charset=utf-8"

  /// What was written so far; each line ends with a line break.
  public private(set) var text = ""

  /// Starts with nothing.
  public init() {}

  /// Says what a metric is, before its samples.
  ///
  /// - Parameters:
  ///   - name: Its name: letters, digits and `_`.
  ///   - help: One sentence.
  ///   - kind: What it is.
  public mutating func head(_ name: String, _ help: String, _ kind: Kind = .gauge) {
    text += "# HELP \(name) \(Self.escaped(help, quotes: false))\n"
    text += "# TYPE \(name) \(kind.rawValue)\n"
  }

  /// Adds a line for people, which programs skip.
  public mutating func comment(_ line: String) {
    // HELP and TYPE would mean something behind the sign; a dash in front of them does not.
    text += "# - \(Sanitised(line).text)\n"
  }

  /// Adds a sample.
  ///
  /// - Parameters:
  ///   - name: The metric.
  ///   - value: The number.
  ///   - labels: Names and values; the values may come from anywhere.
  public mutating func sample(
    _ name: String, _ value: some Numeric & CustomStringConvertible,
    _ labels: [(name: String, value: String)] = []
  ) {
    let list = labels.map { "\($0.name)=\"\(Self.escaped($0.value, quotes: true))\"" }
    text += list.isEmpty ? "\(name) " : "\(name){\(list.joined(separator: ","))} "
    text += "\(value)\n"
  }

  /// Backslashes are escaped everywhere, quotes in the values of labels; line breaks are none any more.
  private static func escaped(_ value: String, quotes: Bool) -> String {
    Sanitised(value).text.map { character in
      character == "\\" || quotes && character == "\"" ? "\\\(character)" : "\(character)"
    }.joined()
  }
}
