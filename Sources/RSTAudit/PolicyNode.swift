import RSTCore

/// A value of a policy's file with its place.
struct PolicyNode {
  /// What stands there.
  var value: Value
  /// Where it begins.
  var place: PolicyPlace

  /// The kinds of values.
  indirect enum Value {
    /// A text, quoted or not; numbers and truth values are texts too.
    case text(String)
    /// Values in order.
    case list([PolicyNode])
    /// Keys with values, in order; a key may stand there twice.
    case map([(key: Key, value: PolicyNode)])
  }

  /// A key with its place.
  struct Key {
    var text: String
    var place: PolicyPlace
  }

  /// What kind of value it is, for complaints.
  var kind: String {
    switch value {
    case .text(let text): text.isEmpty ? "nothing" : "'\(text.prefix(60))'"
    case .list: "a list"
    case .map: "a mapping"
    }
  }

  /// The text; nil where there is none.
  var text: String? { if case .text(let text) = value, !text.isEmpty { text } else { nil } }

  /// The elements of a list, or the one value that stands in its place.
  var elements: [PolicyNode] { if case .list(let nodes) = value { nodes } else { [self] } }
}
