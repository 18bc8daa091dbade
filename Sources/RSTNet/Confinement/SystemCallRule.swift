/// System calls that stay allowed, perhaps only with some arguments.
struct SystemCallRule: Hashable, Sendable {
  /// What an argument has to be: some of its bits.
  struct Condition: Hashable, Sendable {
    /// Which argument, from 0.
    var argument: UInt32
    /// The bits that are looked at.
    var mask: UInt64
    /// What they have to be.
    var value: UInt64

    /// An argument that is a C int has to be this.
    static func number(_ argument: UInt32, _ value: Int) -> Self {
      Self(argument: argument, mask: 0xffff_ffff, value: UInt64(value))
    }

    /// None of these bits may be set.
    static func without(_ argument: UInt32, _ bits: UInt64) -> Self {
      Self(argument: argument, mask: bits, value: 0)
    }

    /// All of these bits have to be set.
    static func with(_ argument: UInt32, _ bits: UInt64) -> Self {
      Self(argument: argument, mask: bits, value: bits)
    }
  }

  /// The calls by their names in the kernel; one that this processor has not is left out.
  var names: [String]
  /// All of these have to hold.
  var conditions: [Condition]

  /// Any of these calls, whatever the arguments.
  static func any(_ names: String) -> Self {
    Self(names: names.split(separator: " ").map(String.init), conditions: [])
  }

  /// One call, where its arguments are so.
  static func only(_ name: String, _ conditions: Condition...) -> Self {
    Self(names: [name], conditions: conditions)
  }
}
