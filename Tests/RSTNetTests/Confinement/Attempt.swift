import CLinux
import Glibc

@testable import RSTNet

/// Something that a process tries, and the system's number of the refusal, 0 where it may.
enum Attempt: CaseIterable {
  case makeFile, writeFile, readFile, renameFile, removeFile, makeDirectory
  case startProcess, startProgram, signalOthers
  case openStream, openPacketSocket, openTracing
  case executableMemory, becomeRoot, mount

  /// Tries it.
  func make() -> Int32 {
    rst_clear_errno()
    let status = attempt()
    return status < 0 ? rst_errno() : 0
  }

  private func attempt() -> Int32 {
    let path = "/tmp/rstprobe-attempt"
    switch self {
    case .makeFile: return unsafe open(path, O_WRONLY | O_CREAT, 0o600)
    case .writeFile: return unsafe open("/dev/null", O_WRONLY)
    case .readFile: return unsafe open("/dev/null", O_RDONLY)
    case .renameFile: return unsafe rename(path, path + "-too")
    case .removeFile: return unsafe unlink(path)
    case .makeDirectory: return unsafe mkdir(path, 0o700)
    case .startProcess:
      let process = rst_fork()
      if process == 0 { _exit(0) }
      return process
    case .startProgram:
      // Where it may, this process becomes one that fails.
      return becomeAnotherProgram()
    case .signalOthers: return kill(getppid(), 0)
    case .openStream: return socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    case .openPacketSocket: return socket(AF_PACKET, Int32(SOCK_RAW.rawValue), 0)
    case .openTracing: return rst_open_tracefs()
    case .executableMemory:
      let memory = unsafe mmap(
        nil, 4_096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
      return unsafe memory == MAP_FAILED ? -1 : 0
    case .becomeRoot: return setresuid(0, 0, 0)
    case .mount: return unsafe Glibc.mount("none", "/mnt", "tmpfs", 0, nil)
    }
  }

  private func becomeAnotherProgram() -> Int32 {
    var arguments: [UnsafeMutablePointer<CChar>?] = unsafe [strdup("false"), nil]
    return unsafe execv("/bin/false", &arguments)
  }
}
