import Foundation
import RSTCore
import RSTTestSupport
import Testing

/// A real server reads the hellos, over loopback.
@Suite(.serialized, .enabled(if: HelloServer.isPossible, "openssl or bash is missing"))
struct HelloServerTests {
  @Test(arguments: ["-tls1_3", "-tls1_2"])
  func `a server answers with its own hello, and knows the name`(_ version: String) throws {
    var random = SeededGenerator(seed: 4)
    let trigger = Trigger.sni("blocked.example", using: &random)
    let server = [version, "-servername", "blocked.example", "-servername_fatal"]
    let answer = try HelloServer.answer(to: trigger.octets, options: server)
    #expect(answer.prefix(3) == [22, 3, 3])
    // ServerHello: RFC 8446, section 4.1.3.
    #expect(answer.dropFirst(5).first == 2)
    // Who is asked for another name refuses it: an alert, unrecognized_name (RFC 6066, section 3).
    let refusal = try HelloServer.answer(to: try #require(trigger.harmless), options: server)
    #expect(refusal.first == 21)
    #expect(refusal.last == 112)
  }

  @Test func `hellos with names of all lengths are answered`() throws {
    for length in [1, 20, 63, 150, 253] {
      var random = SeededGenerator(seed: UInt64(length))
      let trigger = Trigger.sni(String(HelloSample.longestName.suffix(length)), using: &random)
      let answer = try HelloServer.answer(to: trigger.octets, options: ["-tls1_3"])
      #expect(answer.prefix(6).last == 2, "\(length)")
    }
  }
}

/// `openssl s_server` on loopback, for one hello.
private enum HelloServer {
  static let isPossible = ["/usr/bin/openssl", "/bin/bash"]
    .allSatisfy(FileManager.default.isExecutableFile(atPath:))

  /// The server says where it listens.
  ///
  /// The test program's children may block SIGTERM, therefore SIGKILL. The first
  /// 7 octets of its answer are all that is wanted.
  private static let script = """
    set -e
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout key \
      -out certificate -subj /CN=blocked.example -days 2 2>/dev/null
    coproc server {
      exec openssl s_server -accept 127.0.0.1:0 -key key -cert certificate -key2 key \
        -cert2 certificate -www "$@" 2>/dev/null
    }
    trap 'kill -KILL "$server_PID"; wait' EXIT
    while read -r word place <&"${server[0]}"; do [[ $word != ACCEPT ]] || break; done
    exec 4<>"/dev/tcp/127.0.0.1/${place##*:}"
    cat hello >&4
    timeout 10 head -c 7 <&4
    """

  static func answer(to hello: [UInt8], options: [String]) throws -> [UInt8] {
    let directory = FileManager.default.temporaryDirectory
      .appendingPathComponent("rstprobe-hello-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    try Data(hello).write(to: directory.appendingPathComponent("hello"))
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments = ["-c", script, "bash"] + options
    process.currentDirectoryURL = directory
    process.standardInput = FileHandle.nullDevice
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let answer = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Array(answer)
  }
}
