import Testing

@testable import RSTExporter

/// Who may run, and when.
@Suite struct RunQueueTests {
  @Test func `a host is asked once at a time, in the order of asking`() throws {
    var queue = RunQueue<String>(jobs: 4, mostWaiting: 8)
    let first = try #require(queue.enter("a"))
    let second = try #require(queue.enter("a"))
    let third = try #require(queue.enter("a"))
    #expect(!queue.start(second))
    #expect(queue.start(first))
    #expect(!queue.start(first), "it runs already")
    #expect(!queue.start(second) && !queue.start(third))
    queue.leave(first)
    #expect(!queue.start(third))
    #expect(queue.start(second))
    #expect(queue.running == 1 && queue.waiting == 1)
  }

  @Test func `other hosts need not wait, while there are jobs`() throws {
    var queue = RunQueue<String>(jobs: 2, mostWaiting: 8)
    let tickets = try ["a", "a", "b", "c"].map { try #require(queue.enter($0)) }
    #expect(queue.start(tickets[0]) && !queue.start(tickets[1]) && queue.start(tickets[2]))
    #expect(!queue.start(tickets[3]), "two jobs run")
    queue.leave(tickets[2])
    #expect(queue.start(tickets[3]))
  }

  @Test func `who waits no longer is in nobody's way`() throws {
    var queue = RunQueue<String>(jobs: 1, mostWaiting: 8)
    let tickets = try ["a", "a", "a"].map { try #require(queue.enter($0)) }
    #expect(queue.start(tickets[0]))
    queue.leave(tickets[1])
    queue.leave(tickets[0])
    #expect(!queue.start(tickets[1]))
    #expect(queue.start(tickets[2]))
  }

  @Test func `no more wait than may`() throws {
    var queue = RunQueue<String>(jobs: 1, mostWaiting: 2)
    let first = try #require(queue.enter("a"))
    #expect(queue.start(first))
    let waiting = [queue.enter("a"), queue.enter("b")]
    #expect(!waiting.contains(nil))
    #expect(queue.enter("c") == nil)
    queue.leave(try #require(waiting[0]))
    #expect(queue.enter("c") != nil)
  }
}
