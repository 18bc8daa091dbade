internal import CLinux
internal import Glibc

// The rules of each group, as measured with strace.
extension SystemCallRule {
  /// Memory as data, never as code; and the locks of threads.
  static let memory: [SystemCallRule] = [
    .any("brk munmap mremap madvise futex"),
    .only("mmap", .without(2, UInt64(PROT_EXEC))),
    .only("mprotect", .without(2, UInt64(PROT_EXEC))),
    // How many processors there are: the C library asks when a second thread allocates.
    .any("sched_getaffinity sched_yield getcpu rseq set_robust_list"),
  ]

  /// Clocks, and waiting on them and on descriptors.
  static let time: [SystemCallRule] = [
    .any("clock_gettime clock_getres clock_nanosleep nanosleep gettimeofday time"),
    .any("poll ppoll restart_syscall"),
  ]

  /// Files that are open: to read, to write, to cut, and to ask about.
  static let openFiles: [SystemCallRule] = [
    .any("read readv pread64 write writev pwrite64 lseek close fsync fdatasync ftruncate"),
    .any("fcntl dup fstat"),
    // That is fstat in newer C libraries. What a path would tell of another file is not secret.
    .only("newfstatat", .with(3, UInt64(rst_empty_path))),
    .only("statx", .with(2, UInt64(rst_empty_path))),
    // TCGETS, TCGETS2 of C libraries to come, and TIOCGWINSZ.
    .only("ioctl", .number(1, Int(rst_terminal_settings))),
    .only("ioctl", .number(1, 0x802c_542a)),
    .only("ioctl", .number(1, Int(rst_terminal_size))),
  ]

  /// Signals, the numbers of the process itself, and its end, an abort too.
  static var end: [SystemCallRule] {
    [
      .any("rt_sigaction rt_sigprocmask rt_sigreturn sigaltstack"),
      .any("getpid gettid getuid geteuid getgid getegid getrandom uname"),
      .only("tgkill", .number(0, Int(getpid()))),
      .any("exit exit_group"),
    ]
  }

  /// A thread shares everything with its process.
  ///
  /// clone3 hides its flags from a filter: it is said to be unknown, and the C library uses clone.
  static let threads: [SystemCallRule] = [
    .only("clone", .with(0, UInt64(CLONE_THREAD)))
  ]

  /// Raw sockets and captures; the neighbour table is asked for the next hop's link address.
  static let openSockets: [SystemCallRule] = [
    .any("sendto sendmsg sendmmsg recvfrom recvmsg getsockopt"),
    .only("socket", .number(0, Int(AF_NETLINK)), .number(2, Int(NETLINK_ROUTE))),
  ]

  /// Routes, interfaces, guarded ports, raw sockets, captures, and the signals of one more run.
  static let furtherRuns: [SystemCallRule] = [
    .only("socket", .number(0, Int(AF_INET))),
    .only("socket", .number(0, Int(AF_INET6))),
    .only("socket", .number(0, Int(AF_PACKET))),
    // libpcap asks whether an interface is wireless, the C library for the names of interfaces.
    .only("socket", .number(0, Int(AF_NETLINK)), .number(2, Int(NETLINK_GENERIC))),
    .only(
      "socket", .number(0, Int(AF_UNIX)),
      .init(argument: 1, mask: 0xf, value: UInt64(SOCK_DGRAM.rawValue))),
    .any("bind listen setsockopt getsockname"),
    // Questions about interfaces, SIOCGIFINDEX and the like: to change one takes CAP_NET_ADMIN.
    .only("ioctl", .init(argument: 1, mask: 0xffff_ff00, value: 0x8900)),
    .any("eventfd2 pipe2 signalfd4 prlimit64"),
    // libpcap looks in sysfs, which it may read, for what kind of interface it is.
    .any("newfstatat stat"),
    .only("prctl", .number(0, Int(PR_SET_TIMERSLACK))),
  ]

  /// Files that are there, and what there is to know of them.
  static let reading: [SystemCallRule] = [
    // Neither for writing nor to make a file: O_ACCMODE, O_CREAT, O_TRUNC, and the bit of O_TMPFILE.
    .only("openat", .without(2, UInt64(O_ACCMODE | O_CREAT | O_TRUNC) | 0x40_0000))
  ]

  /// The queues of Dispatch, on which SQLite and an HTTP server are used: events, timers and threads that
  /// are named.
  static let queues: [SystemCallRule] = [
    .any("eventfd2 epoll_create1 epoll_ctl epoll_wait epoll_pwait timerfd_create timerfd_settime"),
    .any("setpriority sched_getparam sched_getscheduler"),
    .only("prctl", .number(0, Int(PR_SET_NAME))),
  ]

  /// Connections of clients and to servers of names, and the list of the process's own descriptors.
  static let serving: [SystemCallRule] = [
    .any("accept accept4 connect shutdown getpeername"),
    .any("access faccessat faccessat2 newfstatat stat statx readlink getdents64"),
  ]

  /// What SQLite does with its file and with the journal.
  ///
  /// Where writing is possible at all is up to Landlock.
  static let database: [SystemCallRule] = [
    // Never to empty a file: Landlock of older kernels does not know that.
    .only("openat", .without(2, UInt64(O_TRUNC))),
    .any("unlink unlinkat access faccessat faccessat2 newfstatat stat lstat"),
    .any("readlink getcwd"),
    .any("fchown fchmod fallocate utimensat"),
  ]

  /// New files beside the old ones, their names, and the directories that they are in.
  static let replacingFiles: [SystemCallRule] = [
    .any("openat mkdir mkdirat rename renameat renameat2 unlink unlinkat"),
    .any("access faccessat faccessat2 newfstatat stat lstat statx getdents64"),
  ]

  /// The instance of tracefs, which is a directory.
  static let removingDirectories: [SystemCallRule] = [
    .only("unlinkat", .number(2, Int(AT_REMOVEDIR)))
  ]
}
