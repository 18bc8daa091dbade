import ArgumentParser
import Glibc

/// Plays what no kernel plays by itself: injectors, devices that answer, full accept queues, and
/// servers that behave badly.
///
/// Every part prints "ready" when it plays and ends at SIGTERM.
@main
struct LabActor: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lab-actor",
    abstract: "Plays what no kernel plays by itself, for the lab.",
    subcommands: [
      Inject.self, Answer.self, Listen.self, Backlog.self, OverflowRace.self,
      Abort.self, Die.self, Speak.self, Stall.self, Reply.self, Hostile.self,
    ])
}

/// Why a part cannot be played.
struct ActorError: Error, CustomStringConvertible {
  var description: String

  init(_ doing: String) {
    description = unsafe "\(doing): \(String(cString: strerror(errno)))"
  }
}

/// Writes a line to standard output at once, whatever stands behind it.
func report(_ line: String) {
  let octets = Array((line + "\n").utf8)
  _ = unsafe write(STDOUT_FILENO, octets, octets.count)
}

/// The monotonic clock, in nanoseconds.
func monotonicNow() -> UInt64 {
  var time = timespec()
  unsafe clock_gettime(CLOCK_MONOTONIC, &time)
  return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}

/// Waits until one of the descriptors is readable (or, of the others, writable), one of them is
/// reset, or the moment has come.
func wait(
  for readable: [Int32], orToWrite writable: [Int32] = [], until moment: UInt64?
) {
  var polled = readable.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
  polled += writable.map { pollfd(fd: $0, events: Int16(POLLOUT), revents: 0) }
  var timeout: Int32 = -1
  if let moment {
    let now = monotonicNow()
    timeout = moment <= now ? 0 : Int32(min((moment - now) / 1_000_000 + 1, 60_000))
  }
  _ = unsafe poll(&polled, nfds_t(polled.count), timeout)
}

/// Whether a connection was reset, or the other end of a pipe closed; reads nothing.
func isOver(_ descriptor: Int32) -> Bool {
  var polled = pollfd(fd: descriptor, events: 0, revents: 0)
  return unsafe poll(&polled, 1, 0) == 1
}
