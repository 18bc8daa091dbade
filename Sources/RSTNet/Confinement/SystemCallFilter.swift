internal import CLinux
internal import CSeccomp

/// A filter of system calls, made by libseccomp: seccomp(2).
@safe struct SystemCallFilter: ~Copyable {
  private let context: UnsafeMutableRawPointer

  /// Makes a filter that refuses everything.
  ///
  /// - Throws: `SystemFailure`.
  init() throws(SystemFailure) {
    guard let context = unsafe seccomp_init(UInt32(rst_refuse_permission)) else {
      throw SystemFailure(number: ENOMEM)
    }
    unsafe self.context = context
  }

  deinit { unsafe seccomp_release(context) }

  /// Allows what some rules name.
  ///
  /// - Throws: `SystemFailure` where a rule makes no sense.
  func allow(_ rules: some Collection<SystemCallRule>) throws(SystemFailure) {
    for rule in rules {
      for name in rule.names { try allow(name, rule.conditions) }
    }
  }

  /// Applies it to all threads of the process, for good.
  ///
  /// - Throws: `SystemFailure`, where the kernel has no such filters or a sandbox around forbids them.
  func apply() throws(SystemFailure) {
    try add(UInt32(rst_refuse_unknown), "clone3", [])
    // Threads that there are already are filtered too: Linux 3.17.
    try check(unsafe seccomp_attr_set(context, SCMP_FLTATR_CTL_TSYNC, 1))
    // Before Linux 5.16 a filter costs every branch of the processor's guesses, against programs that
    // are not trusted. Ours are our own; older kernels do not know the wish.
    _ = unsafe seccomp_attr_set(context, SCMP_FLTATR_CTL_SSB, 1)
    try check(unsafe seccomp_load(context))
  }

  private func allow(
    _ name: String, _ conditions: [SystemCallRule.Condition]
  ) throws(SystemFailure) { try add(UInt32(SCMP_ACT_ALLOW), name, conditions) }

  private func add(
    _ action: UInt32, _ name: String, _ conditions: [SystemCallRule.Condition]
  ) throws(SystemFailure) {
    let number = unsafe seccomp_syscall_resolve_name(name)
    // An older libseccomp does not know the call; another processor has a negative number for it.
    guard number != __NR_SCMP_ERROR else { return }
    let comparisons = conditions.map {
      scmp_arg_cmp(
        arg: $0.argument, op: SCMP_CMP_MASKED_EQ, datum_a: $0.mask, datum_b: $0.value)
    }
    try check(
      unsafe seccomp_rule_add_array(
        context, action, number, UInt32(comparisons.count), comparisons))
  }

  private func check(_ status: Int32) throws(SystemFailure) {
    guard status < 0 else { return }
    throw SystemFailure(number: -status)
  }
}
