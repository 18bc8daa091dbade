import Testing

@testable import RSTExporter

/// Who may run, and when.
@Suite struct RunQueueTests {
  /// A queue as its users have it: everything at a call.
  private final class Queue {
    var queue: RunQueue<String>

    init(jobs: Int, mostWaiting: Int = 8) {
      queue = RunQueue(jobs: jobs, mostWaiting: mostWaiting)
    }

    func enter(_ host: String) -> RunQueue<String>.Ticket? { queue.enter(host) }
    func start(_ ticket: RunQueue<String>.Ticket) -> Bool { queue.start(ticket) }
    func leave(_ ticket: RunQueue<String>.Ticket) { queue.leave(ticket) }
  }

  @Test func `a host is asked once at a time, in the order of asking`() throws {
    let queue = Queue(jobs: 4)
    let tickets = try ["a", "a", "a"].map { try #require(queue.enter($0)) }
    #expect(!queue.start(tickets[1]))
    #expect(queue.start(tickets[0]))
    #expect(!queue.start(tickets[0]), "it runs already")
    #expect(!queue.start(tickets[1]) && !queue.start(tickets[2]))
    queue.leave(tickets[0])
    #expect(!queue.start(tickets[2]))
    #expect(queue.start(tickets[1]))
    #expect(queue.queue.running == 1 && queue.queue.waiting == 1)
  }

  @Test func `other hosts need not wait, while there are jobs`() throws {
    let queue = Queue(jobs: 2)
    let tickets = try ["a", "a", "b", "c"].map { try #require(queue.enter($0)) }
    #expect(queue.start(tickets[0]) && !queue.start(tickets[1]) && queue.start(tickets[2]))
    #expect(!queue.start(tickets[3]), "two jobs run")
    queue.leave(tickets[2])
    #expect(queue.start(tickets[3]))
  }

  @Test func `who waits no longer is in nobody's way`() throws {
    let queue = Queue(jobs: 1)
    let tickets = try ["a", "a", "a"].map { try #require(queue.enter($0)) }
    #expect(queue.start(tickets[0]))
    queue.leave(tickets[1])
    queue.leave(tickets[0])
    #expect(!queue.start(tickets[1]))
    #expect(queue.start(tickets[2]))
  }

  @Test func `no more wait than may`() throws {
    let queue = Queue(jobs: 1, mostWaiting: 2)
    let first = try #require(queue.enter("a"))
    #expect(queue.start(first))
    let waiting = [queue.enter("a"), queue.enter("b")]
    #expect(!waiting.contains(nil))
    #expect(queue.enter("c") == nil)
    queue.leave(try #require(waiting[0]))
    #expect(queue.enter("c") != nil)
  }
}
