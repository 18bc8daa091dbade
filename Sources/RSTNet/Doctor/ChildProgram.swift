internal import CLinux
internal import RSTCore

/// A program of this machine that lists something, run with bounds on its time and on what it says.
public enum ChildProgram {
  /// What came of it.
  public enum Outcome: Hashable, Sendable {
    /// It ended well, and said this.
    case said([UInt8])
    /// There is no such program.
    case notInstalled
    /// It did not end well; its own words, or the system's, on one line.
    case refused(String)
  }

  /// The most that is taken of what it says, in octets: 16 MiB.
  public static let limit = 1 << 24

  /// Where programs are looked for: not where a user may have put others.
  private static let folders = ["/usr/sbin", "/usr/bin", "/sbin", "/bin"]
  private static let mostWords = 5

  /// Where a program is; nil where it is not installed.
  static func path(of name: String) -> String? {
    folders.lazy.map { "\($0)/\(name)" }.first { unsafe access($0, X_OK) == 0 }
  }

  /// Runs a program to its end, or ends it.
  ///
  /// - Parameters:
  ///   - name: The program's name, without a folder.
  ///   - words: Its arguments, 5 at most.
  ///   - patience: After how long it is ended.
  /// - Returns: What came of it.
  public static func run(
    _ name: String, _ words: [String] = [], patience: Duration = .seconds(5)
  ) -> Outcome {
    precondition(words.count <= mostWords, "the shim takes \(mostWords)")
    guard let path = path(of: name) else { return .notInstalled }
    return run(path: path, words, patience: patience)
  }

  static func run(path: String, _ words: [String], patience: Duration) -> Outcome {
    let clock = SystemClock()
    let deadline = clock.now + patience
    var (output, errors): ([Int32], [Int32]) = ([-1, -1], [-1, -1])
    guard unsafe rst_pipe(&output) == 0 else { return .refused("\(SystemFailure.last)") }
    let said = Descriptor(owning: output[0])
    let saying = Descriptor(owning: output[1])
    guard unsafe rst_pipe(&errors) == 0 else { return .refused("\(SystemFailure.last)") }
    let complaint = Descriptor(owning: errors[0])
    let complaining = Descriptor(owning: errors[1])
    let word = { (index: Int) in words.indices.contains(index) ? words[index] : nil }
    let process = unsafe rst_spawn(
      path, word(0), word(1), word(2), word(3), word(4), saying.number, complaining.number)
    guard process > 0 else {
      let failure = SystemFailure.last
      return failure.number == ENOENT ? .notInstalled : .refused("\(failure)")
    }
    // Only the program holds these ends now, so that reading ends with it.
    _ = consume saying
    _ = consume complaining
    var text: [UInt8] = []
    var complaints: [UInt8] = []
    let end = collect(
      said, &text, limit, complaint, &complaints, until: deadline, by: clock)
    if end != .closed { _ = kill(-process, SIGKILL) }
    let status = wait(for: process, until: deadline, by: clock)
    switch end {
    case .tooMuch: return .refused("it says more than \(limit) octets")
    case .tooSlow: return .refused("it did not end within \(patience.seconds) s")
    case .closed:
      guard let status, rst_ended_well(status) != 0 else {
        let line = complaints.prefix { $0 != 0x0a }
        let words = String(decoding: line, as: UTF8.self)
        return .refused(words.isEmpty ? "it ended with a failure and said nothing" : words)
      }
      return .said(text)
    }
  }

  private enum End {
    case closed, tooMuch, tooSlow
  }

  /// Takes what comes on both until both are closed.
  private static func collect(
    _ said: borrowing Descriptor, _ text: inout [UInt8], _ limit: Int,
    _ complaint: borrowing Descriptor, _ complaints: inout [UInt8],
    until deadline: Moment, by clock: SystemClock
  ) -> End {
    var isOpen = (said: true, complaint: true)
    while isOpen.said || isOpen.complaint {
      let rest = deadline - clock.now
      guard rest > .zero else { return .tooSlow }
      var waiting = [
        pollfd(fd: isOpen.said ? said.number : -1, events: Int16(POLLIN), revents: 0),
        pollfd(fd: isOpen.complaint ? complaint.number : -1, events: Int16(POLLIN), revents: 0),
      ]
      _ = unsafe poll(&waiting, 2, Int32(clamping: rest.nanoseconds / 1_000_000 + 1))
      if waiting[0].revents != 0 {
        isOpen.said = take(said, &text)
        guard text.count <= limit else { return .tooMuch }
      }
      if waiting[1].revents != 0 {
        var more: [UInt8] = []
        isOpen.complaint = take(complaint, &more)
        if complaints.count < 4096 { complaints += more.prefix(4096) }
      }
    }
    return .closed
  }

  /// Takes what is there; false at the end.
  private static func take(_ descriptor: borrowing Descriptor, _ octets: inout [UInt8]) -> Bool {
    var part = [UInt8](repeating: 0, count: 1 << 16)
    let count = unsafe read(descriptor.number, &part, part.count)
    guard count > 0 else { return count < 0 && SystemFailure.last.number == EINTR }
    octets += part[..<count]
    return true
  }

  /// How it ended; one that has closed all that it says and goes on is ended.
  private static func wait(
    for process: pid_t, until deadline: Moment, by clock: SystemClock
  ) -> Int32? {
    var status: Int32 = 0
    while true {
      let ended = unsafe waitpid(process, &status, WNOHANG)
      if ended == process { return status }
      if ended < 0, SystemFailure.last.number != EINTR { return nil }
      if clock.now >= deadline { _ = kill(-process, SIGKILL) }
      _ = poll(nil, 0, 1)
    }
  }
}
