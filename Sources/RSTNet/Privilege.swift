internal import CLinux

/// What this process may do.
public enum Privilege {
  /// Whether CAP_NET_RAW is effective, for raw sockets and packet capture: capabilities(7).
  public static var hasRawNetwork: Bool { has(CAP_NET_RAW) }

  private static func has(_ capability: Int32) -> Bool {
    var header = __user_cap_header_struct(version: UInt32(_LINUX_CAPABILITY_VERSION_3), pid: 0)
    var data = [__user_cap_data_struct](
      repeating: __user_cap_data_struct(effective: 0, permitted: 0, inheritable: 0), count: 2)
    guard unsafe capget(&header, &data) == 0 else { return false }
    return data[0].effective >> UInt32(capability) & 1 == 1
  }

  /// One line: what is missing, and how to grant it.
  public static var missingRawNetwork: String {
    "needs CAP_NET_RAW to send and capture packets: use sudo, or grant it once with "
      + "'sudo setcap cap_net_raw+ep \(executablePath)'"
  }

  /// Where this program is.
  static var executablePath: String {
    var path = [CChar](repeating: 0, count: 4096)
    let count = unsafe readlink("/proc/self/exe", &path, path.count - 1)
    guard count > 0 else { return "rstprobe" }
    return String(decoding: path[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
