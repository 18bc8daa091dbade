internal import CLinux
internal import Glibc

/// Who called sudo.
///
/// sudo(8), "ENVIRONMENT": SUDO_UID and SUDO_GID.
public struct InvokingUser: Hashable, Sendable {
  /// The number of the user: never 0.
  public let user: UInt32
  /// The number of the user's own group.
  public let group: UInt32

  /// Reads what sudo left in the environment.
  ///
  /// Nil where sudo was not used, root used it, or the two are not numbers of a user and a group: -1
  /// is the one that the kernel takes for "leave it".
  ///
  /// - Parameter variable: The value of a variable; nil where it is not set.
  init?(_ variable: (String) -> String?) {
    guard let user = Self.number(variable("SUDO_UID")), user != 0,
      let group = Self.number(variable("SUDO_GID"))
    else { return nil }
    self.user = user
    self.group = group
  }

  private static func number(_ text: String?) -> UInt32? {
    guard let text, !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let number = UInt32(text), number != .max
    else { return nil }
    return number
  }

  /// Who called sudo for this process; nil where it is not root's, or root itself called it.
  static var current: Self? {
    guard getuid() == 0, geteuid() == 0 else { return nil }
    return Self(Environment.value(of:))
  }

  /// Lets the process go on as the user who called sudo, with the privileges that it has until
  /// `Confinement` takes them: files that it makes are that user's.
  ///
  /// Nothing happens where sudo was not used, or where the system refuses. The user's other groups
  /// are left out: no one needs them. To be called before there are other threads.
  public static func become() {
    guard let invoking = current else { return }
    let before = CapabilitySet.permitted
    guard rst_keep_capabilities() == 0, setgroups(0, nil) == 0,
      setresgid(invoking.group, invoking.group, invoking.group) == 0,
      setresuid(invoking.user, invoking.user, invoking.user) == 0
    else { return }
    before.apply()
  }
}
