/// How far a datagram reaches, of the octets that are there.
struct DatagramExtent {
  /// Its length on the link, in octets: what is behind is padding of the link.
  var length: Int
  /// Where it ends among the octets that are there, from its start.
  var end: Int
  /// Whether the length that it claims is possible.
  var isPossible: Bool

  /// Whether all of it is there and its lengths agree.
  var isWhole: Bool { isPossible && !isTruncated }

  /// Whether the capture ends before the datagram does.
  var isTruncated: Bool { end < length }

  /// Finds out how far a datagram reaches.
  ///
  /// - Parameters:
  ///   - headerLength: the octets that its header takes, as claimed.
  ///   - claimedLength: the octets that it claims to have; nil where it says nothing.
  ///   - present: how many octets were captured from its start on.
  ///   - original: how many octets were on the link from its start on.
  init(headerLength: Int, claimedLength: Int?, present: Int, original: Int) {
    // A length that does not even cover the header says nothing about the end.
    if let claimedLength, claimedLength >= headerLength {
      isPossible = claimedLength <= original
      length = min(claimedLength, original)
    } else {
      isPossible = false
      length = original
    }
    end = min(length, present)
  }
}
