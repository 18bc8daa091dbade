import RSTCore
import Testing

@testable import RSTNet

/// Which connections take too much.
@Suite struct ConnectionWatchTests {
  private final class Watch {
    var watch = ConnectionWatch(
      port: 80, descriptors: 1024,
      limits: .init(count: 3, silence: .seconds(5), age: .seconds(60), octets: 1000))

    func excess(of sights: [ConnectionWatch.Sight], at seconds: Int64) -> Set<UInt64> {
      watch.excess(of: sights, at: Moment(nanoseconds: seconds * 1_000_000_000))
    }
  }

  private func sight(_ inode: UInt64, _ received: UInt64) -> ConnectionWatch.Sight {
    .init(inode: inode, received: received)
  }

  @Test func `who says nothing for long is ended, who said something is not`() {
    let watch = Watch()
    let sights = [sight(1, 0), sight(2, 1)]
    #expect(watch.excess(of: sights, at: 0).isEmpty)
    #expect(watch.excess(of: sights, at: 5).isEmpty)
    #expect(watch.excess(of: sights, at: 6) == [1])
    #expect(watch.excess(of: [sight(2, 1)], at: 60).isEmpty)
    #expect(watch.excess(of: [sight(2, 2)], at: 61) == [2])
  }

  @Test func `who says too much is ended at once`() {
    let watch = Watch()
    #expect(watch.excess(of: [sight(1, 1000), sight(2, 1001)], at: 0) == [2])
  }

  @Test func `of too many, those that asked for least and then the oldest are ended`() {
    let watch = Watch()
    let old = [sight(1, 100), sight(2, 100)]
    #expect(watch.excess(of: old, at: 0).isEmpty)
    let all = old + [sight(3, 100), sight(4, 0), sight(5, 100)]
    #expect(watch.excess(of: all, at: 1) == [4, 1])
  }

  @Test func `a number that comes again is another connection`() {
    let watch = Watch()
    #expect(watch.excess(of: [sight(1, 0)], at: 0).isEmpty)
    #expect(watch.excess(of: [], at: 3).isEmpty)
    #expect(watch.excess(of: [sight(1, 0)], at: 6).isEmpty)
    #expect(watch.excess(of: [sight(1, 0)], at: 12) == [1])
  }
}
