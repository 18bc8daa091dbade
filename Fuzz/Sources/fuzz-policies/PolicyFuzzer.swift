import FuzzDriver
import RSTAudit
import RSTCore

/// A policy and the files that it may include, one behind the other with an octet 0 between them.
@main struct PolicyFuzzer {
  static func main() { FuzzDriver.run(broken) }

  private static let names = ["policy.yaml", "a.yaml", "b.yaml", "c/d.yaml"]

  private static func broken(_ input: [UInt8]) -> String? {
    let parts = input.split(
      separator: 0, maxSplits: names.count - 1, omittingEmptySubsequences: false)
    let files = Dictionary(uniqueKeysWithValues: zip(names, parts.map(Array.init)))
    var opened = 0
    do throws(PolicyMistakes) {
      let policy = try PolicyReader.read(names[0]) { name in
        opened += 1
        return files[name].map(Result.success) ?? .failure(.init("cannot be read"))
      }
      if opened > PolicyReader.mostFiles { return "\(opened) files" }
      return broken(policy)
    } catch {
      if opened > PolicyReader.mostFiles { return "\(opened) files" }
      return broken(error)
    }
  }

  private static func broken(_ policy: AuditPolicy) -> String? {
    guard (1...PolicyReader.mostRules).contains(policy.rules.count) else {
      return "\(policy.rules.count) rules"
    }
    if Set(policy.rules.map(\.name)).count != policy.rules.count { return "two rules of a name" }
    for rule in policy.rules {
      if rule.expectations.isEmpty { return "a rule that expects nothing" }
      if rule.ports.count == 0 { return "a rule without a port" }
      if !names.contains(rule.place.file) || rule.place.line < 1 { return "\(rule.place)" }
    }
    do throws(AuditPlan.Refusal) {
      let plan = try AuditPlan(policy, limit: 512)
      if plan.count > 512 { return "a plan of \(plan.count) tasks" }
      for task in plan.hosts.flatMap(\.tasks)
      where !task.rules.allSatisfy(policy.rules.indices.contains) { return "a task of no rule" }
    } catch {}
    return nil
  }

  private static func broken(_ mistakes: PolicyMistakes) -> String? {
    guard (1...200).contains(mistakes.mistakes.count), mistakes.left >= 0 else {
      return "\(mistakes.mistakes.count) mistakes"
    }
    for mistake in mistakes.mistakes {
      let text = mistake.description
      guard FuzzDriver.isShowable(text), !text.contains("\n") else { return "\(mistake)" }
      guard names.contains(where: { text.hasPrefix("\($0):") }) else { return text }
      // Yams counts from 1, and the end of a file may be the place.
      if mistake.place.line < 0 || mistake.place.column < 0 { return text }
    }
    return nil
  }
}
