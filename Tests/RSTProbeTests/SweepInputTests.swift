import Foundation
import RSTCore
import RSTWire
import Testing

/// Sweeps with bad input, and sweeps that are cut short: a clear line, nothing lost, nothing said twice.
@Suite(.serialized, .enabled(if: BuiltTool.isBuilt, "the tool is not built"))
struct SweepInputTests {
  /// A directory of its own.
  private func withDirectory(_ body: (String) throws -> Void) throws {
    let path = "\(FileManager.default.temporaryDirectory.path)/rstprobe-sweep-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(atPath: path) }
    try body(path)
  }

  /// The ports that lines name, each as often as it is named.
  private func ports(inLines path: String) throws -> [UInt16] {
    try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map { line in
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      let target = try #require(object?["target"] as? [String: Any])
      return UInt16(try #require(target["port"] as? Int))
    }
  }

  /// The ports that a whole document of nmap's XML names.
  private func ports(inXML path: String) throws -> [UInt16] {
    let text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(text.components(separatedBy: "<nmaprun ").count == 2)
    #expect(text.hasSuffix("</nmaprun>\n"))
    return text.matches(of: /portid="(\d+)"/).compactMap { UInt16($0.1) }
  }

  @Test(arguments: [
    (["192.0.2.0/33", "-p", "80"], "'192.0.2.0/33' has no prefix length from 0 to 32"),
    (["192.0.2.9-1", "-p", "80"], "ends before it begins; write 192.0.2.1-192.0.2.9"),
    (["192.0.2.1:80", "-p", "80"], "'192.0.2.1:80' is no IPv6 address"),
    (["-p", "80"], "there are no targets"), (["192.0.2.1"], "--ports"),
    (["192.0.2.1", "-p", "80,,81"], "'' is no port"),
    (["192.0.2.1", "-p", "80", "--rate", "fast"], "--rate 'fast'"),
    (["192.0.2.1", "-p", "80", "--shard", "5/4"], "--shard '5/4' is not I/N"),
    (["192.0.2.1", "-p", "80", "--source", "::1", "-4"], "other family"),
    (["192.0.2.1", "-p", "80", "--resume", "/nowhere/at/all"], "--resume: cannot write"),
    (["192.0.2.1", "-p", "80", "--targets", "/nowhere/at/all"], "No such file"),
    (["192.0.0.0/7", "-p", "80"], "these are 33554432 targets; --max-targets 33554432 permits"),
    (["::/64", "-p", "80"], "no sweep ends"),
  ])
  func `a mistake is one line and status 2`(arguments: [String], words: String) throws {
    let outcome = try BuiltTool.runUnprivileged(["sweep"] + arguments)
    #expect(outcome.status == 2)
    #expect(outcome.isOneLine, "\(outcome)")
    #expect(outcome.errors.contains(words), "\(outcome.errors)")
  }

  @Test func `a resume file of another sweep, a damaged one, and what is none`() throws {
    try withDirectory { directory in
      let path = directory + "/state"
      let range = AddressRange(family: .ipv4, bounds: 0xc000_0200...0xc000_020f)
      let sweep = Sweep(
        try TargetSpace([range], ports: PortList([80])), seed: 7, key: (1, 2),
        ports: (0..<256).map { UInt16(40_000 + $0) }, at: Moment(nanoseconds: 0))
      let octets = sweep.snapshot(seed: 7).encoded()
      func run(_ octets: [UInt8], _ arguments: String...) throws -> BuiltTool.Outcome {
        try Data(octets).write(to: URL(fileURLWithPath: path))
        return try BuiltTool.runUnprivileged(
          ["sweep", "192.0.2.0/28", "--resume", path, "--dry-run"] + arguments)
      }
      let same = try run(octets, "-p", "80")
      #expect(same.status == 0 && same.output.contains("seed: 7"))
      for arguments in [
        ["-p", "81"], ["-p", "80", "--seed", "8"], ["-p", "80", "--shard", "1/2"],
      ] {
        let outcome = try BuiltTool.runUnprivileged(
          ["sweep", "192.0.2.0/28", "--resume", path, "--dry-run"] + arguments)
        #expect(outcome.status == 2 && outcome.isOneLine)
        #expect(outcome.errors.contains("is of another sweep"), "\(outcome.errors)")
      }
      #expect(try run(octets.dropLast(9), "-p", "80").errors.contains("is damaged"))
      #expect(try run(Array("nothing".utf8), "-p", "80").errors.contains("is no resume file"))
      #expect(try run([], "-p", "80").errors.contains("is empty"))
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)).isEmpty)
    }
  }

  @Test(.enabled(if: BuiltTool.isRoot, "needs root"))
  func `what a list has that is no target is told, and the rest is done once`() throws {
    try withDirectory { directory in
      let names = (0..<25).map { "nobody\($0).invalid" }
      let list = names + ["192.0.2.0/33", "127.0.0.1-2  127.0.0.2-3 # twice", "127.0.0.0/30"]
      let path = directory + "/list"
      try list.joined(separator: "\n").write(toFile: path, atomically: false, encoding: .utf8)
      let never = directory + "/never"
      try "127.0.0.0".write(toFile: never, atomically: false, encoding: .utf8)
      let outcome = try BuiltTool.run(
        ["sweep", "--targets", path, "--exclude", never, "-p", "9", "--quiet"])
      #expect(outcome.status == 2)
      let addresses = outcome.output.matches(of: /"address": "([0-9.]+)"/).map { String($0.1) }
      #expect(addresses.sorted() == ["127.0.0.1", "127.0.0.2", "127.0.0.3"], "\(outcome.output)")
      #expect(outcome.errors.contains("\(path):26: '192.0.2.0/33' has no prefix length"))
      #expect(outcome.errors.contains("cannot resolve nobody0.invalid"))
      #expect(!outcome.errors.contains("nobody24.invalid"))
      #expect(outcome.errors.contains("1 lines and 25 names left out in all"))
    }
  }

  @Test(.enabled(if: BuiltTool.isRoot, "needs root"))
  func `interrupted twice and gone on with, everything is said once`() throws {
    try withDirectory { directory in
      let (lines, xml) = (directory + "/lines", directory + "/found.xml")
      let sweep =
        "\"$TOOL\" sweep 127.0.0.1 -p 20000-22999 --rate 1500 --quiet --resume \(directory)/state "
        + "--nmap-xml \(xml) --store \(directory)/found.sqlite >> \(lines)"
      for (seconds, least) in [(0.7, 1), (0.9, 2)] {
        let outcome = try BuiltTool.shell("timeout -s INT --preserve-status \(seconds) \(sweep)")
        #expect(outcome.status == 130, "\(outcome)")
        #expect(try ports(inLines: lines).count >= least)
        #expect(try ports(inXML: xml).count == ports(inLines: lines).count)
      }
      let outcome = try BuiltTool.shell(sweep)
      #expect(outcome.status == 0, "\(outcome)")
      #expect(try ports(inLines: lines).sorted() == Array(20_000...22_999))
      #expect(try ports(inXML: xml).sorted() == Array(20_000...22_999))
      #expect(!FileManager.default.fileExists(atPath: directory + "/state"))
    }
  }

  @Test(.enabled(if: BuiltTool.isRoot, "needs root"))
  func `files without the earlier part of a sweep are refused`() throws {
    try withDirectory { directory in
      let sweep = "\"$TOOL\" sweep 127.0.0.1 -p 20000-20999 --quiet --resume \(directory)/state"
      let cut = try BuiltTool.shell("timeout -s INT --preserve-status 0.6 \(sweep) > /dev/null")
      #expect(cut.status == 130)
      let other = directory + "/other"
      try "something else".write(toFile: other, atomically: false, encoding: .utf8)
      for (option, words) in [
        ("--nmap-xml \(other)", "does not hold the earlier part of this sweep"),
        ("--nmap-xml \(directory)/none.xml", "No such file"),
        ("--store \(directory)/none.sqlite", "--store holds 0 of the"),
      ] {
        let outcome = try BuiltTool.shell("\(sweep) \(option)")
        #expect(outcome.status == 2 && outcome.isOneLine, "\(outcome)")
        #expect(outcome.errors.contains(words), "\(outcome.errors)")
      }
      #expect(try String(contentsOfFile: other, encoding: .utf8) == "something else")
    }
  }

  @Test(.enabled(if: BuiltTool.isRoot, "needs root"))
  func `a full disk for the lines costs none of them`() throws {
    try withDirectory { directory in
      let lines = directory + "/lines"
      let sweep =
        "\"$TOOL\" sweep 127.0.0.1 -p 20000-20999 --rate 5000 --quiet --resume \(directory)/state"
      let full = try BuiltTool.shell("\(sweep) > /dev/full")
      #expect(full.status == 2 && full.isOneLine, "\(full)")
      #expect(full.errors.contains("No space left on device; --resume"), "\(full.errors)")
      #expect(try BuiltTool.shell("\(sweep) > \(lines)").status == 0)
      #expect(try ports(inLines: lines).sorted() == Array(20_000...20_999))
    }
  }

  @Test(.enabled(if: BuiltTool.isRoot, "needs root"))
  func `a disk that fills up under the XML costs neither lines nor elements`() throws {
    try withDirectory { directory in
      let (disk, lines) = (directory + "/disk", directory + "/lines")
      let mounted = try BuiltTool.shell(
        "mkdir \(disk) && mount -t tmpfs -o size=160k tmpfs \(disk)")
      try #require(mounted.status == 0, "needs to mount a tmpfs")
      defer { _ = try? BuiltTool.shell("umount \(disk)") }
      let sweep =
        "\"$TOOL\" sweep 127.0.0.1 -p 20000-20999 --rate 5000 --quiet --resume \(directory)/state "
        + "--nmap-xml \(disk)/found.xml >> \(lines)"
      let full = try BuiltTool.shell(sweep)
      #expect(full.status == 2, "\(full)")
      #expect(full.errors.contains("No space left on device"), "\(full.errors)")
      #expect(try ports(inLines: lines).count < 1000)
      #expect(try BuiltTool.shell("mount -o remount,size=4m \(disk)").status == 0)
      let outcome = try BuiltTool.shell(sweep)
      #expect(outcome.status == 0, "\(outcome)")
      #expect(try ports(inLines: lines).sorted() == Array(20_000...20_999))
      #expect(try ports(inXML: disk + "/found.xml").sorted() == Array(20_000...20_999))
    }
  }
}
