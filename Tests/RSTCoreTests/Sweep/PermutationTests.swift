import Testing

@testable import RSTCore

@Suite("the order of a sweep")
struct PermutationTests {
  @Test(
    "every number stands once, and its place is found again",
    arguments: [1, 2, 3, 7, 64, 1000, 1024, 65_535, 131_072, 300_007] as [UInt64])
  func isPermutation(count: UInt64) {
    for seed in [0, 1, 0xdead_beef] as [UInt64] {
      let permutation = Permutation(count: count, seed: seed)
      var seen = BitField(size: count)
      for place in 0..<count {
        let number = permutation.number(at: place)
        #expect(number < count)
        seen.insert(number)
        if place % 97 == 0 { #expect(permutation.place(of: number) == place) }
      }
      #expect(seen.count == count)
    }
  }

  @Test("the same seed gives the same order, another one another order")
  func followsFromSeed() {
    let first = Permutation(count: 10_000, seed: 7)
    let again = Permutation(count: 10_000, seed: 7)
    let other = Permutation(count: 10_000, seed: 8)
    let places = UInt64(0)..<10_000
    #expect(places.allSatisfy { first.number(at: $0) == again.number(at: $0) })
    let equal = places.count { first.number(at: $0) == other.number(at: $0) }
    // One is expected by chance.
    #expect(equal < 20)
  }

  @Test("neighbours in the order are no neighbours in the space")
  func spreads() {
    let permutation = Permutation(count: 1 << 20, seed: 3)
    var near = 0
    for place in UInt64(0)..<10_000 {
      let (one, two) = (permutation.number(at: place), permutation.number(at: place + 1))
      if max(one, two) - min(one, two) < 4096 { near += 1 }
    }
    // Two numbers of 2^20 are that near with probability 1/128.
    #expect((20...160).contains(near))
  }

  @Test("N parts are the whole, and no two overlap", arguments: [1, 2, 3, 7, 64, 1000] as [UInt64])
  func shardsAreExact(count: UInt64) throws {
    let total: UInt64 = 500
    let permutation = Permutation(count: total, seed: 11)
    var seen: [UInt64: Int] = [:]
    for index in 0..<count {
      let shard = try #require(Shard(part: index, of: count))
      for place in 0..<shard.size(of: total) {
        let whole = shard.whole(place)
        #expect(shard.part(whole) == place)
        seen[permutation.number(at: whole), default: 0] += 1
      }
    }
    #expect(seen.count == Int(total))
    #expect(seen.values.allSatisfy { $0 == 1 })
  }

  @Test(
    "what job managers set is read",
    arguments: [
      (["JOB_COMPLETION_INDEX": "0", "JOB_COMPLETIONS": "4"], "1/4"),
      (["SLURM_ARRAY_TASK_ID": "3", "SLURM_ARRAY_TASK_COUNT": "4"], "4/4"),
      (
        ["SLURM_ARRAY_TASK_ID": "4", "SLURM_ARRAY_TASK_COUNT": "4", "SLURM_ARRAY_TASK_MIN": "1"],
        "4/4"
      ),
    ])
  func readsEnvironment(variables: [String: String], expected: String) throws {
    let shard = try Shard.fromEnvironment { variables[$0] }
    #expect(shard?.description == expected)
  }

  @Test(
    "what makes no sense is refused", arguments: ["0/4", "5/4", "1/0", "1", "a/b", "-1/3", "1/4/2"])
  func refusesShards(text: String) {
    #expect(throws: TargetTextError.self) { _ = try Shard(parsing: text) }
  }

  @Test("an impossible environment is refused, an empty one says nothing")
  func refusesEnvironment() throws {
    #expect(try Shard.fromEnvironment { _ in nil } == nil)
    #expect(throws: TargetTextError.self) {
      _ = try Shard.fromEnvironment {
        ["JOB_COMPLETION_INDEX": "4", "JOB_COMPLETIONS": "4"][$0]
      }
    }
  }
}
