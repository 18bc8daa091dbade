import CLinux
import Glibc

/// The loop: a frame, a deadline or a signal in, frames out.
struct Relay {
  /// The two ends.
  private let sockets: [FrameSocket]
  /// What happens to the frames that arrive at each end.
  private var lanes: [Lane]
  private var pending = PendingFrames()
  private var buffer = [UInt8](repeating: 0, count: 65_536 + 64)
  private let timer: Int32
  private let signals: Int32

  init(near: FrameSocket, far: FrameSocket, lanes: (Lane, Lane)) throws(WireError) {
    sockets = [near, far]
    self.lanes = [lanes.0, lanes.1]
    timer = timerfd_create(CLOCK_MONOTONIC, Int32(TFD_NONBLOCK))
    guard timer >= 0 else { throw WireError("timer") }
    var set = sigset_t()
    unsafe sigemptyset(&set)
    for signal in [SIGTERM, SIGINT] { unsafe sigaddset(&set, signal) }
    unsafe sigprocmask(SIG_BLOCK, &set, nil)
    signals = unsafe signalfd(-1, &set, Int32(SFD_NONBLOCK))
    guard signals >= 0 else { throw WireError("signals") }
  }

  /// Relays until SIGTERM or SIGINT.
  ///
  /// - Throws: `WireError` when an interface is gone.
  mutating func run() throws(WireError) {
    var polled = [sockets[0].descriptor, sockets[1].descriptor, timer, signals].map {
      pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
    }
    while true {
      guard unsafe poll(&polled, 4, -1) >= 0 || errno == EINTR else { throw WireError("poll") }
      if polled[3].revents != 0 { return }
      // In turns, so that a flood one way does not starve the other.
      var hasMore = true
      while hasMore {
        let hasMoreNear = try accept(from: 0)
        let hasMoreFar = try accept(from: 1)
        hasMore = hasMoreNear || hasMoreFar
        deliver()
      }
      armTimer()
    }
  }

  /// What each direction saw, a line each.
  func counts(names: [String]) -> [String] {
    [0, 1].map { end in
      let counts = lanes[end].counts
      return "\(names[end]) to \(names[1 - end]): received \(counts.received) "
        + "lost \(counts.lost) duplicated \(counts.duplicated) reordered \(counts.reordered) "
        + "sent \(counts.sent) kernel-dropped \(sockets[end].kernelDrops()) "
        + "latest-us \(counts.latest / 1000)"
    }
  }

  /// Takes some of the frames that wait at one end; whether there may be more.
  private mutating func accept(from end: Int) throws(WireError) -> Bool {
    for _ in 0..<64 {
      guard let frame = try sockets[end].receive(into: &buffer) else { return false }
      let departures = lanes[end].departures(now: now())
      for due in [departures.first, departures.second] {
        if let due { pending.insert(frame, due: due, origin: end) }
      }
    }
    return true
  }

  private mutating func deliver() {
    while let frame = pending.removeFirst(dueBy: now()) {
      lanes[frame.origin].counts.latest = max(
        lanes[frame.origin].counts.latest, now() - frame.due)
      if sockets[1 - frame.origin].send(frame.octets) { lanes[frame.origin].counts.sent += 1 }
    }
  }

  /// Sets the timer to the next departure; an empty wire stops it.
  private func armTimer() {
    var setting = itimerspec()
    if let due = pending.nextDue {
      setting.it_value.tv_sec = Int(due / 1_000_000_000)
      setting.it_value.tv_nsec = Int(due % 1_000_000_000)
    }
    unsafe timerfd_settime(timer, Int32(TFD_TIMER_ABSTIME), &setting, nil)
  }

  private func now() -> UInt64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
