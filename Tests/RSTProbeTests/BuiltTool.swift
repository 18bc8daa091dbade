import Foundation

/// The built `rstprobe`, run as a user runs it.
struct BuiltTool {
  /// What a run left behind.
  struct Outcome {
    var status: Int32
    var output: String
    var errors: String

    /// Whether standard error has exactly one line, and standard output nothing.
    var isOneLine: Bool {
      output.isEmpty && errors.hasSuffix("\n") && errors.count { $0 == "\n" } == 1
    }
  }

  /// Where the tool is: beside the test program.
  static let path: String = {
    let test = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return URL(fileURLWithPath: test).deletingLastPathComponent()
      .appendingPathComponent("rstprobe").path
  }()

  static let isBuilt = FileManager.default.isExecutableFile(atPath: path)
  static let isRoot = geteuid() == 0

  /// Runs it with arguments, and waits for its end.
  static func run(_ arguments: [String]) throws -> Outcome {
    try run(path, arguments)
  }

  /// Runs it without CAP_NET_RAW.
  static func runUnprivileged(_ arguments: [String]) throws -> Outcome {
    guard isRoot else { return try run(arguments) }
    return try run(
      "/usr/bin/setpriv", ["--bounding-set=-net_raw", "--inh-caps=-net_raw", path] + arguments)
  }

  /// Runs it with CAP_NET_RAW and, to find the tool in whosever directory, CAP_DAC_OVERRIDE.
  static func runWithRawNetworkOnly(_ arguments: [String]) throws -> Outcome {
    try run(
      "/usr/bin/setpriv",
      ["--bounding-set=-all,+net_raw,+dac_override", "--inh-caps=-all", path] + arguments)
  }

  /// Runs it in a shell, where `$TOOL` is the tool.
  static func shell(_ command: String) throws -> Outcome {
    // What a sanitizer is told holds for the tool too.
    let sanitizers = ProcessInfo.processInfo.environment.filter { $0.key.hasSuffix("SAN_OPTIONS") }
    return try run(
      "/bin/sh", ["-c", command],
      environment: sanitizers.merging(["TOOL": path, "PATH": "/usr/bin:/bin"]) { $1 })
  }

  private static func run(
    _ program: String, _ arguments: [String], environment: [String: String]? = nil
  ) throws -> Outcome {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    if let environment { process.environment = environment }
    let output = Pipe()
    let errors = Pipe()
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    // A report fits into a pipe; reading one after the other cannot block.
    let outputData = output.fileHandleForReading.readDataToEndOfFile()
    let errorData = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Outcome(
      status: process.terminationStatus,
      output: String(decoding: outputData, as: UTF8.self),
      errors: String(decoding: errorData, as: UTF8.self))
  }
}
