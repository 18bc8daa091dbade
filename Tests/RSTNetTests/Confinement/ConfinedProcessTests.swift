import CLinux
import Glibc
import RSTCore
import Testing

@testable import RSTNet

/// What is refused to a process once it is confined: each test is a process of its own.
@Suite(.serialized) struct ConfinedProcessTests {
  /// Ends this process: well where nothing is in the list.
  private static func end(_ wrong: [String]) -> Never {
    for line in wrong { try? StandardStream.error.write(line + "\n") }
    _exit(wrong.isEmpty ? 0 : 1)
  }

  /// Confines this process as the tool does, and returns what the system did not do of it.
  private static func confined(_ confinement: Confinement) -> [String] {
    InvokingUser.become()
    return confinement.enter()
  }

  /// What was not refused with EPERM, beside what may be.
  private static func unrefused(_ allowed: Set<Attempt> = []) -> [String] {
    Attempt.allCases.filter { !allowed.contains($0) }.compactMap { attempt in
      let number = attempt.make()
      return number == EPERM ? nil : "\(attempt): \(SystemFailure(number: number))"
    }
  }

  @Test func `a process that diagnoses makes no file, starts no program, and opens nothing`() async
  {
    await #expect(processExitsWith: .success) {
      Self.end(Self.confined(.diagnosing) + Self.unrefused())
    }
  }

  @Test func `nor can one that reads captures, and it has no sockets`() async {
    await #expect(processExitsWith: .success) {
      var wrong = Self.confined(.explaining) + Self.unrefused()
      if socket(AF_NETLINK, Int32(SOCK_RAW.rawValue), 0) >= 0 { wrong.append("netlink") }
      Self.end(wrong)
    }
  }

  @Test func `one that makes further runs opens sockets, and makes no file`() async {
    await #expect(processExitsWith: .success) {
      // A packet socket takes CAP_NET_RAW, which the test may not have.
      Self.end(
        Self.confined(.repeating())
          + Self.unrefused([.readFile, .openStream, .openPacketSocket]))
    }
  }

  @Test func `one that joins files reads them, and writes none`() async {
    await #expect(processExitsWith: .success) {
      Self.end(Self.confined(.merging) + Self.unrefused([.readFile]))
    }
  }

  @Test func `what a process needs goes on: open files, clocks, memory and threads`() async {
    await #expect(processExitsWith: .success) {
      var ends: [Int32] = [-1, -1]
      guard unsafe pipe(&ends) == 0 else { _exit(2) }
      var wrong = Self.confined(.diagnosing)
      let descriptor = Descriptor(owning: ends[1])
      if (try? descriptor.write([1, 2, 3])) == nil { wrong.append("writing") }
      var readiness = pollfd(fd: ends[0], events: Int16(POLLIN), revents: 0)
      if unsafe poll(&readiness, 1, 1_000) != 1 { wrong.append("waiting") }
      let memory = [UInt8](repeating: 7, count: 1 << 20)
      let task = BackgroundTask<Int>.startAside { memory.count { $0 == 7 } }
      if task?.value() != 1 << 20 { wrong.append("threads") }
      if SystemClock().now.nanoseconds == 0 { wrong.append("clocks") }
      Self.end(wrong)
    }
  }

  @Test func `threads that there were before are filtered too`() async {
    await #expect(processExitsWith: .success) {
      // The file is not there: until it is confined, the thread is told so.
      let task = BackgroundTask<Int32>.startAside {
        while Attempt.renameFile.make() != EPERM { _ = poll(nil, 0, 1) }
        return Attempt.makeFile.make()
      }
      let wrong = Self.confined(.explaining)
      Self.end(wrong + (task?.value() == EPERM ? [] : ["another thread makes files"]))
    }
  }

  @Test func `a process that aborts ends all the same`() async {
    await #expect(processExitsWith: .signal(SIGABRT)) {
      _ = Self.confined(.explaining)
      abort()
    }
  }

  @Test(.enabled(if: geteuid() == 0, "needs root"))
  func `under sudo files are the user's, and nothing makes it root again`() async {
    await #expect(processExitsWith: .success) {
      _ = unsafe setenv("SUDO_UID", "65534", 1)
      _ = unsafe setenv("SUDO_GID", "65533", 1)
      InvokingUser.become()
      let path = "/tmp/rstprobe-\(getpid())-own"
      var status = stat()
      guard let file = try? AtomicFile.make(path), unsafe fstat(file.number, &status) == 0 else {
        _exit(2)
      }
      AtomicFile.remove(path)
      let groups = getgroups(0, nil)
      var wrong = Self.confined(.diagnosing) + Self.unrefused()
      if (status.st_uid, status.st_gid) != (65534, 65533) { wrong.append("the file's owner") }
      if (getuid(), geteuid(), getgid(), getegid()) != (65534, 65534, 65533, 65533) {
        wrong.append("the user")
      }
      if groups != 0 { wrong.append("other groups") }
      Self.end(wrong)
    }
  }

  @Test(.enabled(if: geteuid() == 0, "needs root"))
  func `what makes further runs opens packet sockets also where it is the user's`() async {
    await #expect(processExitsWith: .success) {
      _ = unsafe setenv("SUDO_UID", "65534", 1)
      _ = unsafe setenv("SUDO_GID", "65534", 1)
      InvokingUser.become()
      var wrong = Self.confined(.repeating())
      if Attempt.openPacketSocket.make() != 0 { wrong.append("packet sockets") }
      Self.end(wrong)
    }
  }
}
