import Glibc
import Testing

@testable import RSTNet

/// What each kind of work keeps, as values.
@Suite struct ConfinementTests {
  static let all: [Confinement] = [
    .explaining, .merging, .diagnosing, .witnessing(traces: false), .witnessing(traces: true),
    .repeating(), .repeating(store: "a/b.db"), .sweeping(deepens: false), .sweeping(deepens: true),
    .sweeping(deepens: false, store: "b.db"), .keepingFiles, .serving,
  ]

  @Test(arguments: all)
  func `none of them starts programs, traces, mounts, loads, or changes users`(
    _ confinement: Confinement
  ) {
    let forbidden: Set = [
      "execve", "execveat", "fork", "vfork", "clone3", "ptrace", "process_vm_writev", "mount",
      "umount2", "chroot", "bpf", "init_module", "finit_module", "kexec_load", "setuid",
      "setresuid", "setgid", "capset", "unshare", "setns", "chmod", "link", "linkat", "symlink",
      "open", "creat", "openat2", "kill", "io_uring_setup", "seccomp",
    ]
    let names = Set(confinement.rules.flatMap(\.names))
    #expect(forbidden.isDisjoint(with: names))
    // Clients and servers of names are the exporter's alone.
    #expect(names.isDisjoint(with: ["connect", "accept", "accept4"]) == (confinement != .serving))
  }

  @Test(arguments: all)
  func `threads may be started and processes not, memory is never code`(
    _ confinement: Confinement
  ) {
    let conditional: Set = ["clone", "mmap", "mprotect"]
    for rule in confinement.rules where !conditional.isDisjoint(with: rule.names) {
      #expect(!rule.conditions.isEmpty)
    }
  }

  @Test func `further runs keep CAP_NET_RAW, and what keeps files and databases writes any`() {
    let raw = Self.all.filter { $0.capabilities.contains(.rawNetwork) }
    #expect(
      raw == [
        .repeating(), .repeating(store: "a/b.db"), .sweeping(deepens: true), .serving,
      ])
    let without = Self.all.filter(\.capabilities.isEmpty)
    #expect(without.contains(.diagnosing) && without.contains(.explaining))
    let opening = Self.all.filter { confinement in
      confinement.rules.contains { rule in
        rule.names.contains("openat")
          && rule.conditions.allSatisfy { $0.mask & UInt64(O_ACCMODE) == 0 }
      }
    }
    #expect(opening.allSatisfy { $0.directory != nil || $0 == .keepingFiles })
    #expect(opening.count == 3)
  }

  @Test func `a database is worked with in its own directory`() {
    #expect(Confinement.repeating(store: "/var/lib/a.db").directory == "/var/lib/")
    #expect(Confinement.repeating(store: "a.db").directory == ".")
    #expect(Confinement.repeating(store: "/a.db").directory == "/")
    #expect(Confinement.sweeping(deepens: true).directory == nil)
  }
}
