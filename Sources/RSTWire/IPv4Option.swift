/// The parts of the IPv4 option area that rstprobe makes and reads.
///
/// RFC 791, section 3.1.
public enum IPv4Option {
  /// End of the option list.
  static let endOfList: UInt8 = 0
  /// Padding of one octet.
  static let noOperation: UInt8 = 1
  /// Record route.
  static let recordRoute: UInt8 = 7
  /// Loose source and record route.
  static let looseSourceRoute: UInt8 = 131
  /// Strict source and record route.
  static let strictSourceRoute: UInt8 = 137

  /// An option area with a record-route option that has room for `slots` addresses: 1...9.
  ///
  /// A number outside that range is brought into it; the area ends with end-of-list octets.
  public static func recordRoute(slots: Int) -> [UInt8] {
    let slots = min(max(slots, 1), 9)
    var area: [UInt8] = [recordRoute, UInt8(3 + 4 * slots), 4]
    area.append(contentsOf: repeatElement(0, count: 4 * slots))
    area.pad(toMultipleOf: 4)
    return area
  }

  /// The addresses that hops recorded so far, the nearest first.
  ///
  /// - Returns: nil when the area has no record-route option or its length or pointer is
  ///   impossible.
  public static func recordedRoute(in area: [UInt8]) -> [IPv4Address]? {
    var route: [IPv4Address]?
    forEach(in: area.span) { kind, start, length in
      guard kind == recordRoute else { return true }
      // The pointer counts from 1 at the kind octet: 4 is the first slot.
      guard length >= 3 else { return false }
      let pointer = Int(area[start + 2])
      guard pointer >= 4, pointer % 4 == 0, pointer <= length + 1 else { return false }
      route = stride(from: start + 3, to: start + pointer - 1, by: 4).map {
        IPv4Address(rawValue: area.span.uint32(at: $0))
      }
      return false
    }
    return route
  }

  /// Whether a source route has addresses left, so that the destination field is not the final
  /// destination.
  static func hasRouteLeft(in area: Span<UInt8>) -> Bool {
    var isLeft = false
    forEach(in: area) { kind, start, length in
      guard kind == looseSourceRoute || kind == strictSourceRoute, length >= 3 else { return true }
      isLeft = Int(area[start + 2]) <= length
      return !isLeft
    }
    return isLeft
  }

  /// Calls `body` with kind, offset and length of each option of at least two octets, until it
  /// returns false, the list ends, or a length is impossible.
  private static func forEach(
    in area: Span<UInt8>, _ body: (_ kind: UInt8, _ start: Int, _ length: Int) -> Bool
  ) {
    var index = 0
    while index < area.count, area[index] != endOfList {
      if area[index] == noOperation {
        index += 1
        continue
      }
      guard index + 1 < area.count else { return }
      let length = Int(area[index + 1])
      guard length >= 2, index + length <= area.count, body(area[index], index, length) else {
        return
      }
      index += length
    }
  }
}
