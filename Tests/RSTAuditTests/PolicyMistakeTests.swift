import RSTCore
import Testing

@testable import RSTAudit

/// What is wrong with a policy: all of it, with file, line, column and hint.
@Suite struct PolicyMistakeTests {
  @Test func `every mistake of every file at once, in their order`() {
    let fixture = PolicyFixture(
      """
      include: more.yaml
      variabels: {a: 1}
      rules:
        - name: one
          targets: [192.0.2.7/24, $wbe]
          ports: 80,http
          expect: {port: closd, responder: firewall, by_hop: 0, findings: closed-prt}
          severity: hihg
        - name: one
          targets: 192.0.2.1
          ports: 80
          ports: 81
          expect: {icmp: prohibited, idle_survives: soon, rfc5961: {rst: fine, fni: silent}}
      """, including: ["more.yaml": "variables: {web: 192.0.2.1}\nrules: [{name: x}]\n"])
    let expected = [
      "more.yaml:2:9: the rule has no 'expect'",
      "more.yaml:2:9: the rule has no 'ports'",
      "more.yaml:2:9: the rule has no 'targets'",
      "policy.yaml:2:1: a policy has no key 'variabels'; did you mean 'variables'?",
      "policy.yaml:5:15: '192.0.2.7/24' has bits set behind its prefix; write 192.0.2.0/24 for the "
        + "block, or 192.0.2.7 for the one address",
      "policy.yaml:5:29: there is no variable 'wbe'; did you mean 'web'?",
      "policy.yaml:6:12: 'http' is no port from 1 to 65535; write numbers and ranges, as in "
        + "22,80,8000-8100",
      "policy.yaml:7:20: there is no port state 'closd'; did you mean 'closed'?",
      "policy.yaml:7:38: there is no responder 'firewall'; there are host, host-firewall, "
        + "network-device, injector, none",
      "policy.yaml:7:56: '0' is no hop; write 3, or 2-3; the first router is 1",
      "policy.yaml:7:69: there is no finding 'closed-prt'; did you mean 'closed-port'?",
      "policy.yaml:8:15: there is no severity 'hihg'; did you mean 'high'?",
      "policy.yaml:12:5: the key 'ports' is given twice; first in line 11; keep one of them",
      "policy.yaml:13:20: there is no ICMP refusal 'prohibited'; there are none, no-route, "
        + "host-unreachable, admin-prohibited, port-unreachable, protocol-unreachable",
      "policy.yaml:13:47: 'soon' is no duration; write seconds, or a number with ms, s, m or h",
      "policy.yaml:13:68: there is no grade 'fine'; there are mitigated, vulnerable, silent",
      "policy.yaml:13:74: rfc5961 has no key 'fni'; did you mean 'fin'?",
    ]
    #expect(fixture.mistakes().sorted() == expected.sorted())
  }

  @Test func `keys that are there twice, in several mappings and quoted`() {
    let mistakes = PolicyFixture(
      """
      policy: a
      "policy": b
      rules:
        - name: x
          targets: 192.0.2.1
          "ports": 1
          ports: 1
          ports: 2
          expect: {port: open, port: closed, port: dropped}
      """
    ).mistakes()
    #expect(
      mistakes == [
        "policy.yaml:2:1: the key 'policy' is given twice; first in line 1; keep one of them",
        "policy.yaml:7:5: the key 'ports' is given twice; first in line 6; keep one of them",
        "policy.yaml:8:5: the key 'ports' is given twice; first in line 6; keep one of them",
        "policy.yaml:9:26: the key 'port' is given twice; first in line 9; keep one of them",
        "policy.yaml:9:40: the key 'port' is given twice; first in line 9; keep one of them",
      ])
  }

  @Test func `a port twice with expectations that contradict each other`() {
    let mistakes = PolicyFixture(
      """
      rules:
        - {name: a, targets: 192.0.2.0/24, ports: 1-100, expect: dropped}
        - {name: b, targets: 192.0.2.9, ports: 80, expect: {port: [open, closed]}}
      """
    ).mistakes()
    #expect(
      mistakes == [
        "policy.yaml:3:55: 'port open or closed' contradicts 'port dropped' of rule 'a' for the same "
          + "target and port; see policy.yaml:2"
      ])
  }

  @Test func `an include that goes in a circle, leaves the directory, or is not there`() {
    let mistakes = PolicyFixture(
      "include: [a.yaml, ../b.yaml, /etc/passwd, c.yaml]\n",
      including: ["a.yaml": "include: policy.yaml\n"]
    ).mistakes()
    #expect(
      mistakes == [
        "a.yaml:1:10: an include goes in a circle: policy.yaml includes a.yaml includes policy.yaml",
        "policy.yaml:1:19: '../b.yaml' is not below the directory of the policy; name the file from "
          + "there, without '..'",
        "policy.yaml:1:30: '/etc/passwd' is not below the directory of the policy; name the file "
          + "from there, without '..'",
        "policy.yaml:1:43: 'c.yaml' cannot be read: No such file or directory",
      ])
  }

  @Test(arguments: [
    ("never: triggered-block", "takes a trigger"), ("never: syn-scan", "capture files alone"),
    ("never: idle-reset", "add idle_survives"), ("port: inconclusive", "no port state"),
    ("port: closed\nrfc5961: conformant", "takes a connection"),
    ("findings: open-port\nnever: open-port", "expected and forbidden at once"),
    ("responder: unknown", "no responder"), ("port: []", "not nothing"),
    ("port:", "no port state nothing"),
    ("idle_survives: 25h", "24h at most"), ("answers_within: 0.1ms", "1ms at least"),
    ("by_hop: 3-2", "is no hop"), ("by_hop: 256", "is no hop"),
    ("rfc5961: {rst: not-tested}", "no grade"),
    ("port: {a: b}", "a mapping"), ("never: [[closed-prt]]", "closed-port"),
  ])
  func `expectations that make no sense`(lines: String, words: String) {
    let mistakes = PolicyFixture.expecting(lines).mistakes()
    #expect(mistakes.count == 1)
    #expect(mistakes.first?.contains(words) == true, "\(mistakes)")
  }

  @Test(arguments: [
    ("", "holds nothing"), ("# nothing\n", "holds nothing"), ("- a\n", "a policy is a mapping"),
    ("rules: 5\n", "rules are a list"), ("rules: []\n", "there is no rule"),
    ("rules: [5]\n", "a rule is a mapping"), ("policy: [a]\nrules: []\n", "a policy's name"),
    ("rules: [\n", "no YAML"), ("rules:\n\t- a\n", "indent with spaces"),
    ("a: *b\n", "undefined alias"), ("a: 1\n---\nb: 2\n", "another document"),
    ("? [a]\n: b\n", "cannot be a key"), ("variables: [a]\n", "variables are a mapping"),
    ("variables: {a-b: 1}\nrules: []\n", "no variable's name"),
    (
      "variables: {a: $b, b: $a}\nrules: [{name: x, targets: $a, ports: 1, expect: open}]\n",
      "stands for itself"
    ),
    ("everything_else: {ports: 1, expect: open}\n", "there are none"),
  ])
  func `files that are no policy`(text: String, words: String) {
    let mistakes = PolicyFixture(text).mistakes()
    #expect(mistakes.contains { $0.contains(words) }, "\(mistakes)")
  }

  @Test(arguments: [
    ("closd", "closed"), ("cloesd", "closed"), ("Closed", "closed"), ("rejcted", "rejected"),
  ])
  func `nearest words`(word: String, nearest: String) {
    let words = ["open", "closed", "rejected", "dropped"]
    #expect(NearestWord.nearest(to: word, among: words) == nearest)
    #expect(NearestWord.nearest(to: "firewall", among: words) == nil)
  }
}
