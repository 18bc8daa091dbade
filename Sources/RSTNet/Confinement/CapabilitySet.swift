internal import CLinux

/// Capabilities of a thread: capabilities(7).
public struct CapabilitySet: OptionSet, Hashable, Sendable {
  /// One bit for each number of linux/capability.h.
  public let rawValue: UInt64

  /// Makes a set from its bits.
  public init(rawValue: UInt64) { self.rawValue = rawValue }

  private init(number: Int32) { rawValue = 1 << UInt64(number) }

  /// Raw sockets and captures: CAP_NET_RAW.
  public static let rawNetwork = Self(number: CAP_NET_RAW)
  /// Files whose modes permit it not: CAP_DAC_OVERRIDE.
  static let anyFile = Self(number: CAP_DAC_OVERRIDE)
  /// What only the owner of a file may do: CAP_FOWNER.
  static let anyOwner = Self(number: CAP_FOWNER)

  /// What this thread may make effective.
  static var permitted: Self {
    var header = Self.header
    var data = [__user_cap_data_struct](repeating: __user_cap_data_struct(), count: 2)
    guard unsafe capget(&header, &data) == 0 else { return [] }
    return Self(rawValue: UInt64(data[1].permitted) << 32 | UInt64(data[0].permitted))
  }

  /// Makes these effective, as far as they are permitted, and gives up all others for good unless
  /// `keeping` says that they stay permitted.
  ///
  /// - Parameter kept: What stays permitted beside them.
  /// - Returns: Whether the system did so.
  @discardableResult
  func apply(keeping kept: Self = []) -> Bool {
    let permitted = Self.permitted.intersection(union(kept))
    let effective = permitted.intersection(self)
    var header = Self.header
    let data = [0, 32].map { shift in
      __user_cap_data_struct(
        effective: UInt32(truncatingIfNeeded: effective.rawValue >> shift),
        permitted: UInt32(truncatingIfNeeded: permitted.rawValue >> shift), inheritable: 0)
    }
    return unsafe data.withUnsafeBufferPointer { data in
      unsafe capset(&header, UnsafeMutablePointer(mutating: data.baseAddress)) == 0
    }
  }

  private static var header: __user_cap_header_struct {
    __user_cap_header_struct(version: UInt32(_LINUX_CAPABILITY_VERSION_3), pid: 0)
  }
}
