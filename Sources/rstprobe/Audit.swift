internal import ArgumentParser

/// The command line of `rstprobe audit POLICY.yaml`.
struct Audit: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rstprobe audit",
    abstract: "Hold a policy against what is there: which ports answer, and in which manner.",
    discussion: """
      Asks every port that the policy names, hosts side by side and the ports of one host one after \
      the other, and says of each expectation whether it holds, with evidence and the next step. \
      Whatever is wrong with the policy is said before anything is sent. Needs CAP_NET_RAW (sudo). \
      Probe only what you may probe.

      EXAMPLES
        rstprobe audit policy.yaml --dry-run
        sudo rstprobe audit policy.yaml
        sudo rstprobe audit policy.yaml --format junit > audit.xml
        sudo rstprobe audit policy.yaml --format json --baseline yesterday.json > today.json
        sudo rstprobe audit policy.yaml --store audits.sqlite
        sudo rstprobe audit --learn 192.0.2.0/28 --ports 22,80,443 > policy.yaml

      EXIT STATUS
        0 the policy holds, 1 an expectation does not hold, 2 usage or input error,
        3 inconclusive, 69 no name or route usable, 77 missing privilege, 130 interrupted
      """)

  @Argument(help: ArgumentHelp("The policy.", valueName: "policy"))
  var policy: String?

  @Option(
    help: ArgumentHelp(
      "What to write: text, json, junit, tap, sarif or markdown.", valueName: "format"))
  var format = "text"

  @Option(
    help: ArgumentHelp(
      "Say what changed since an earlier audit: its --format json.", valueName: "file"))
  var baseline: String?

  @Option(
    help: ArgumentHelp(
      "Keep outcomes in this SQLite database; unless --baseline is given, say what changed since this "
        + "policy was audited last.", valueName: "file"))
  var store: String?

  @Option(
    help: ArgumentHelp(
      "Write metrics for the textfile collector of Prometheus too, at once or not at all.",
      valueName: "file"))
  var prometheus: String?

  @Option(
    help: ArgumentHelp(
      """
      Write the proof for a ticket into this directory, made where it is missing: report.html, \
      report.md, report.json, \
      the packets behind what does not hold, with comments, and a diagram. An earlier bundle there is \
      replaced.
      """,
      valueName: "dir"))
  var bundle: String?

  @Option(
    help: ArgumentHelp(
      """
      Write a policy from what is there today instead: of names, addresses, blocks and ranges, with \
      commas between.
      """, valueName: "targets"))
  var learn: String?

  @Option(
    help: ArgumentHelp("With --learn: which ports, as in 22,80,8000-8100.", valueName: "ports"))
  var ports: String?

  @Option(help: ArgumentHelp("Ask so many hosts at once: 1 to 16.", valueName: "n"))
  var jobs = 4

  @Option(
    help: ArgumentHelp(
      "Refuse policies about more ports of targets than that: 1 to 65536.", valueName: "n"))
  var maxTargets = 4_096

  @Flag(help: "Check the policy, say what would be asked, and send nothing.")
  var dryRun = false

  @OptionGroup var way: WayOptions

  @Flag(help: "Say how many expectations hold, and no more; show no progress.")
  var quiet = false

  @Flag(help: "Show what holds too, all evidence, and its sources.")
  var verbose = false

  @Option(help: ArgumentHelp("Colours: auto, always or never.", valueName: "when"))
  var color = "auto"

  /// Refuses what is malformed or contradicts itself, before anything else happens.
  func validate() throws { _ = try AuditSettings(self) }
}
