/// One TCP option, in a form that loses no octet.
///
/// RFC 9293, section 3.2.
public enum TCPOption: Hashable, Sendable {
  /// Kind 0; parsing stops here, the octets behind it are `TCPHeader.optionTail`.
  case endOfList
  /// Kind 1.
  case noOperation
  /// Kind 2, length 4, in octets.
  case maximumSegmentSize(UInt16)
  /// Kind 3, length 3: the shift count, as sent (RFC 7323 allows 0 to 14).
  case windowScale(UInt8)
  /// Kind 4, length 2. RFC 2018.
  case selectiveAcknowledgementPermitted
  /// Kind 8, length 10. RFC 7323.
  case timestamps(value: UInt32, echo: UInt32)
  /// Any other kind, and a known kind with a length that is not its own.
  case other(kind: UInt8, data: [UInt8])
}

extension TCPOption {
  /// The MD5 signature option, kind 19, length 18, with its 16 octets of digest.
  ///
  /// RFC 2385.
  public static func md5Signature(_ digest: [UInt8]) -> Self { .other(kind: 19, data: digest) }

  /// The octets of the option; data beyond 253 octets is left out.
  public func encoded() -> [UInt8] {
    switch self {
    case .endOfList: return [0]
    case .noOperation: return [1]
    case .maximumSegmentSize(let size): return [2, 4, UInt8(size >> 8), UInt8(size & 0xff)]
    case .windowScale(let shift): return [3, 3, shift]
    case .selectiveAcknowledgementPermitted: return [4, 2]
    case .timestamps(let value, let echo):
      var octets: [UInt8] = [8, 10]
      octets.append(bigEndian: value)
      octets.append(bigEndian: echo)
      return octets
    case .other(let kind, let data):
      let data = data.prefix(253)
      return [kind, UInt8(2 + data.count)] + data
    }
  }

  /// The option area of `options` and the octets behind them, padded with end-of-list octets to a
  /// multiple of 4; what does not fit into 40 octets is left out, options as a whole.
  static func area(of options: [TCPOption], tail: [UInt8] = []) -> [UInt8] {
    var area: [UInt8] = []
    for option in options {
      let octets = option.encoded()
      guard area.count + octets.count <= 40 else { break }
      area.append(contentsOf: octets)
    }
    area.append(contentsOf: tail.prefix(40 - area.count))
    area.pad(toMultipleOf: 4)
    return area
  }

  /// Reads an option area up to its end, the end-of-list option, or an impossible length.
  ///
  /// Sets `length` to how much of the area was options, and `isMalformed` where a length is below
  /// 2 or leads behind the end of the area.
  static func parse(
    _ area: Span<UInt8>, length: inout Int, isMalformed: inout Bool
  ) -> [TCPOption] {
    var options: [TCPOption] = []
    var walk = TCPOptionWalk()
    while let range = walk.next(in: area) {
      options.append(TCPOption(area.extracting(range)))
    }
    length = walk.end
    isMalformed = walk.isMalformed
    return options
  }

  /// Reads one option, whose length octet is right.
  private init(_ octets: Span<UInt8>) {
    switch (octets[0], octets.count) {
    case (0, _): self = .endOfList
    case (1, _): self = .noOperation
    case (2, 4): self = .maximumSegmentSize(octets.uint16(at: 2))
    case (3, 3): self = .windowScale(octets[2])
    case (4, 2): self = .selectiveAcknowledgementPermitted
    case (8, 10): self = .timestamps(value: octets.uint32(at: 2), echo: octets.uint32(at: 6))
    default: self = .other(kind: octets[0], data: Array(copying: octets.extracting(2...)))
    }
  }
}

/// A walk over an option area, option by option.
///
/// RFC 9293, section 3.1.
struct TCPOptionWalk {
  /// Where the walk is, in octets from the start of the area.
  var end = 0
  /// Whether it ended at a length below 2, or one that leads behind the end of the area.
  var isMalformed = false
  /// Whether it met the end-of-list option.
  private var isComplete = false

  /// Where the next option is, its kind and length octets among it; nil at the end.
  mutating func next(in area: Span<UInt8>) -> Range<Int>? {
    guard end < area.count, !isComplete else { return nil }
    let start = end
    let kind = area[start]
    var size = 1
    if kind > 1 {
      size = start + 1 < area.count ? Int(area[start + 1]) : 0
      guard size >= 2, start + size <= area.count else {
        isMalformed = true
        isComplete = true
        return nil
      }
    }
    isComplete = kind == 0
    end = start + size
    return start..<end
  }
}
