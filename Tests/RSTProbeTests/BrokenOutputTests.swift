import Foundation
import Testing

/// Full disks and streams that nobody holds: one line, status 2, and nothing half written elsewhere.
@Suite(
  .serialized, .enabled(if: BuiltTool.isBuilt && BuiltTool.isRoot, "needs root and the built tool"))
struct BrokenOutputTests {
  @Test(arguments: ["", "--json", "--quiet"])
  func `a full disk for the report is said`(_ option: String) throws {
    let outcome = try BuiltTool.shell("\"$TOOL\" 127.0.0.1:9 \(option) > /dev/full")
    #expect(
      outcome.errors == "rstprobe: cannot write to standard output: No space left on device\n")
    #expect(outcome.status == 2)
  }

  @Test(arguments: ["", "--json"])
  func `a closed standard output is said`(_ option: String) throws {
    let outcome = try BuiltTool.shell("\"$TOOL\" 127.0.0.1:9 \(option) >&-")
    #expect(outcome.errors == "rstprobe: cannot write to standard output: Bad file descriptor\n")
    #expect(outcome.status == 2)
  }

  @Test func `with every stream closed the report ends up in no other file`() throws {
    let path = "/tmp/rstprobe-\(getpid())-streams.pcap"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let outcome = try BuiltTool.shell(
      "\"$TOOL\" 127.0.0.1:9 --write-pcap \(path) <&- >&- 2>&-; exit $?")
    #expect(outcome.status == 2)
    let file = try Data(contentsOf: URL(fileURLWithPath: path))
    #expect(!file.isEmpty)
    #expect(file.range(of: Data("Verdict".utf8)) == nil)
  }

  @Test func `a reader that goes away is no failure`() throws {
    let outcome = try BuiltTool.shell(
      "{ \"$TOOL\" 127.0.0.1:9 --json; echo $? >&2; } | true")
    #expect(outcome.errors == "0\n")
  }

  @Test func `a disk that fills up during a run costs the file and not the report`() throws {
    let directory = "/tmp/rstprobe-\(getpid())-full"
    // One page: the header and some packets fit, the rest does not.
    let outcome = try BuiltTool.shell(
      """
      mkdir \(directory) && mount -t tmpfs -o size=4k tmpfs \(directory) || exit 99
      "$TOOL" 127.0.0.1:9 --quiet --write-pcap \(directory)/run.pcap; status=$?
      umount \(directory); rmdir \(directory); exit $status
      """)
    try #require(outcome.status != 99, "needs to mount a tmpfs")
    #expect(outcome.output.contains("closed"))
    #expect(
      outcome.errors == "rstprobe: writing \(directory)/run.pcap: No space left on device\n")
    #expect(outcome.status == 2)
  }
}
