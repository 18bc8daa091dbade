internal import CLinux

/// A network interface of this machine.
public struct Interface: Hashable, Sendable {
  /// Its name.
  public var name: String
  /// Its index in this network namespace: 1 or more.
  public var index: UInt32
  /// Whether it is up.
  public var isUp: Bool

  /// Looks an interface up by its name.
  ///
  /// - Throws: `RouteError.unknownInterface` when there is none of that name.
  public init(named name: String) throws(RouteError) {
    let index = unsafe if_nametoindex(name)
    guard index != 0, !name.utf8.contains(0) else {
      throw RouteError.unknownInterface(name)
    }
    self.name = name
    self.index = index
    isUp = Self.flags(of: name).map { $0 & Int32(IFF_UP) != 0 } ?? false
  }

  /// Looks an interface up by its index.
  ///
  /// - Throws: `RouteError.unknownInterface` when there is none of that index.
  init(index: UInt32) throws(RouteError) {
    var buffer = [CChar](repeating: 0, count: Int(IF_NAMESIZE))
    guard unsafe if_indextoname(index, &buffer) != nil else {
      throw RouteError.unknownInterface("number \(index)")
    }
    let octets = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    try self.init(named: String(decoding: octets, as: UTF8.self))
  }

  private static func flags(of name: String) -> Int32? {
    guard let socket = try? Descriptor.socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0) else {
      return nil
    }
    let flags = unsafe rst_interface_flags(socket.number, name)
    return flags >= 0 ? flags : nil
  }
}
