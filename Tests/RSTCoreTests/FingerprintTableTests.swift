import RSTWire
import Testing

@testable import RSTCore

@Suite struct FingerprintTableTests {
  private let stacks = KnownStack.all

  /// What a stack shows of which exactly this is known.
  private func row(_ stack: KnownStack) -> BehaviourFingerprint {
    BehaviourFingerprint(stack.traits.compactMapValues { $0.values.sorted().last })
  }

  @Test func `the table has the stacks of RFC 5961's tables, each with sources`() {
    #expect(stacks.count == 23)
    for stack in stacks {
      #expect(stack.traits.count >= 8, "\(stack.name)")
      #expect(stack.traits.values.allSatisfy { $0.source.count > 5 }, "\(stack.name)")
    }
    for feature in FingerprintFeature.allCases {
      #expect(feature.expected?.isSubset(of: feature.values) ?? true, "\(feature.key)")
    }
  }

  @Test(arguments: [
    ("rst-next C somewhere", 1, KnownStackError.Fault.outside),
    ("stack", 1, .unnamed),
    ("stack A\nstack B", 2, .empty("A")),
    ("# note\nstack A", 2, .empty("A")),
    ("stack A\nrst-next C s\nstack A", 3, .repeatedName("A")),
    ("stack A\nrst-next C", 2, .incomplete),
    ("stack A\nrst-nest C s", 2, .unknownKey("rst-nest")),
    ("stack A\nrst-next,,syn-old C s", 2, .unknownKey("")),
    ("stack A\nrst-next RA+1 s", 2, .impossibleValue("RA+1")),
    ("stack A\nrst-next C|X s", 2, .impossibleValue("C|X")),
    ("stack A\nrst-next ? s", 2, .impossibleValue("?")),
    ("stack A\nrst-next | s", 2, .impossibleValue("|")),
    ("stack A\nrst-next C| s", 2, .impossibleValue("C|")),
    ("stack A\nrst-next C s\n\nrst-next,rst-edge K s", 4, .repeatedKey("rst-next")),
  ])
  func `a malformed line is an error that says where`(
    _ text: String, _ line: Int, _ fault: KnownStackError.Fault
  ) {
    #expect(throws: KnownStackError(line: line, fault: fault)) {
      _ = try KnownStack.table(text)
    }
  }

  @Test func `keys share a value and a source, values stand beside each other`() throws {
    let table = try KnownStack.table("# n\nstack A 1\nrst-next,rst-edge C|K file, line 1\n")
    #expect(table.map(\.name) == ["A 1"])
    #expect(table[0].traits[.resetEdge] == .init(values: ["C", "K"], source: "file, line 1"))
    #expect(table[0].traits[.resetNext] == table[0].traits[.resetEdge])
  }

  @Test func `each stack is a candidate for its own row, and none is for a row that differs`() {
    for stack in stacks {
      let names = row(stack).candidates().map(\.name)
      #expect(names.contains(stack.name))
      for other in stacks where other.name != stack.name {
        let differs = stack.traits.contains { feature, trait in
          other.traits[feature].map { $0.values.isDisjoint(with: trait.values) } ?? false
        }
        #expect(!differs || !names.contains(other.name), "\(stack.name), \(other.name)")
      }
    }
  }

  @Test func `no two stacks but neighbouring Linux releases fit one whole row`() {
    for stack in stacks where !stack.name.hasPrefix("Linux") {
      #expect(row(stack).candidates().map(\.name) == [stack.name])
    }
  }

  @Test func `what is missing never contradicts`() {
    for stack in stacks {
      for feature in stack.traits.keys {
        var less = stack.traits.compactMapValues { $0.values.sorted().last }
        less[feature] = nil
        let match = StackMatch(BehaviourFingerprint(less), stack, telling: [])
        #expect(match.contradicting.isEmpty && match.agreeing.count == less.count)
      }
    }
  }

  @Test func `one feature that differs is enough for no candidate, and a near miss says which`() {
    var values = stacks[0].traits.compactMapValues { $0.values.sorted().last }
    values[.synExact] = "-"
    let fingerprint = BehaviourFingerprint(values)
    #expect(fingerprint.candidates().isEmpty)
    #expect(fingerprint.nearMisses().first?.name == stacks[0].name)
    #expect(fingerprint.nearMisses().first?.contradicting == [.synExact])
  }
}

@Suite struct FingerprintMatchTests {
  /// The rows that Linux 6.18 and lwIP 2.1.3 share in FACTS, section 4.
  private static let common: [FingerprintFeature: String] = [
    .resetExact: "K", .resetNext: "C", .resetMiddle: "C", .resetEdge: "C", .resetBefore: "-",
    .resetBeyond: "-", .resetFar: "-", .synExact: "C", .synMiddle: "C", .synBeyond: "C",
    .synOld: "C", .noFlags: "-", .dataHole: "D",
  ]

  @Test func `the measured row of Linux 6.18 names exactly that Linux`() {
    let row = Self.common.merging([
      .finWithoutACK: "-", .dataAckOld: "C", .dataAckNew: "C", .challengeRate: "2/s",
    ]) { $1 }
    #expect(
      BehaviourFingerprint(row).candidates().map(\.name)
        == ["Linux 7.1 and later, or 6.18 with the fixes of 2026"])
  }

  @Test func `the measured row of lwIP 2.1.3 names exactly lwIP`() {
    let row = Self.common.merging([
      .finWithoutACK: "D", .dataAckOld: "D", .dataAckNew: "D", .challengeRate: "none",
    ]) { $1 }
    #expect(BehaviourFingerprint(row).candidates().map(\.name) == ["lwIP 2.1 and 2.2"])
  }

  @Test(arguments: [
    ("C", "C", "C", ["Linux 7.1 and later, or 6.18 with the fixes of 2026"]),
    ("-", "C", "C", ["Linux up to 7.0 with the fixes of 2026, such as 6.12.107"]),
    ("-", "C", "K", ["Linux 6.7 to 7.0, or 6.1.176"]), ("-", "D", "K", ["Linux 4.8 to 6.6"]),
    ("C", "D", "K", []),
  ])
  func `three segments tell releases of Linux`(
    _ ackNew: String, _ first: String, _ halfOpen: String, _ names: [String]
  ) {
    let data = ackNew
    let row = Self.common.merging([
      .resetRightEdge: "C", .finWithoutACK: "-", .challengeRate: "2/s", .resetTOS: "copied",
      .ackNew: ackNew, .dataAckOld: "C", .dataAckNew: data, .dataAckFar: data,
      .firstDataAckBefore: first, .halfOpenResetInWindow: halfOpen,
    ]) { $1 }
    #expect(BehaviourFingerprint(row).candidates().map(\.name) == names)
  }

  @Test func `several releases are named where the segment that tells them was not asked`() {
    let row = Self.common.merging([
      .resetRightEdge: "C", .finWithoutACK: "-", .challengeRate: "2/s", .ackNew: "-",
      .dataAckOld: "C",
    ]) { $1 }
    let names = BehaviourFingerprint(row).candidates().map(\.name)
    #expect(names.count == 3 && names.allSatisfy { $0.hasPrefix("Linux") })
  }

  @Test func `a combination that no stack shows names none`() {
    let row = Self.common.merging([
      .resetNext: "K", .resetMiddle: "C", .finWithoutACK: "D", .dataAckOld: "C", .dataAckNew: "D",
      .closedACK: "RA+0", .closedFIN: "RA+0", .resetWindow: "probe",
    ]) { $1 }
    #expect(BehaviourFingerprint(row).candidates().isEmpty)
    #expect(BehaviourFingerprint(row).nearMisses().isEmpty)
  }

  @Test func `a stack that does everything as the RFCs ask is given no name for it`() {
    let row = FingerprintFeature.allCases.reduce(into: [:]) { row, feature in
      row[feature] = feature.expected?.sorted().first
    }
    #expect(BehaviourFingerprint(row).candidates().isEmpty)
    // Where less was measured, less contradicts; still nothing is peculiar.
    let matrix = row.filter { $0.key.isOfEstablished }
    #expect(BehaviourFingerprint(matrix).candidates().isEmpty)
  }

  @Test func `resets alone name nobody`() {
    let row: [FingerprintFeature: String] = [
      .closedACK: "RA+0", .listenACK: "RA+0", .resetWindow: "other", .resetTOS: "0",
      .resetIdentification: "i", .closedFIN: "RA+1", .closedXmas: "RA+1", .closedNull: "RA+0",
      .closedSYN: "RA+1", .listenFIN: "-", .listenNull: "-", .listenXmas: "-", .listenSYNFIN: "SA",
    ]
    #expect(BehaviourFingerprint(row).candidates().isEmpty)
    let match = StackMatch(
      BehaviourFingerprint(row),
      KnownStack.all.first { $0.name.hasPrefix("lwIP") }
        ?? KnownStack(name: "", traits: [:]), telling: Set(FingerprintFeature.allCases))
    #expect(match.contradicting.isEmpty && match.agreeing.count == row.count)
  }
}
