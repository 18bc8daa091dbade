import Foundation

/// A program that runs beside the test.
final class Command {
  /// What it left behind.
  struct Outcome {
    var status: Int32
    /// Whether a signal ended it; then `status` is the signal's number.
    var isSignal: Bool
    var output: String
    var errors: String
    /// The most memory it had at once, as last seen, in octets.
    var peakMemory = 0
    var elapsed: Duration
  }

  private let process = Process()
  private let output = Pipe()
  private let errors = Pipe()
  private let started = ContinuousClock.now

  /// Its number, for signals.
  var identifier: Int32 { process.processIdentifier }
  /// Whether it has not ended yet.
  var isRunning: Bool { process.isRunning }

  /// Starts a program.
  init(_ words: [String], environment: [String: String] = [:]) throws {
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = words
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = errors
    try process.run()
  }

  /// How long it may take: far longer than any does, so that what hangs fails its test and no other.
  private static let patience = Duration.seconds(300)

  /// Waits for its end, which is made where it does not come.
  func outcome() -> Outcome {
    var peak = 0
    let watched = Reader(output.fileHandleForReading)
    let complaints = Reader(errors.fileHandleForReading)
    while process.isRunning {
      peak = max(peak, Self.peakMemory(of: identifier))
      if ContinuousClock.now - started > Self.patience { kill(identifier, SIGKILL) }
      usleep(1000)
    }
    process.waitUntilExit()
    return Outcome(
      status: process.terminationStatus,
      isSignal: process.terminationReason == .uncaughtSignal, output: watched.text(),
      errors: complaints.text(), peakMemory: peak, elapsed: ContinuousClock.now - started)
  }

  /// Runs a program to its end.
  static func run(_ words: [String], environment: [String: String] = [:]) throws -> Outcome {
    try Command(words, environment: environment).outcome()
  }

  /// The high-water mark of a process's memory in octets; 0 once it has ended.
  private static func peakMemory(of identifier: Int32) -> Int {
    let status = (try? String(contentsOfFile: "/proc/\(identifier)/status", encoding: .utf8)) ?? ""
    guard let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }) else {
      return 0
    }
    return (Int(line.split(whereSeparator: { !$0.isNumber }).first ?? "") ?? 0) * 1024
  }
}

/// Reads a pipe to its end on a thread of its own, so that a full pipe blocks nobody.
private final class Reader: @unchecked Sendable {
  private let done = DispatchSemaphore(value: 0)
  private var data = Data()

  init(_ handle: FileHandle) {
    Thread.detachNewThread {
      self.data = handle.readDataToEndOfFile()
      self.done.signal()
    }
  }

  func text() -> String {
    done.wait()
    return String(decoding: data, as: UTF8.self)
  }
}
