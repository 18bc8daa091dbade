/// Who may run now: one run a host at a time, in the order of asking, and not too many in all.
struct RunQueue<Host: Hashable & Sendable>: Sendable {
  /// A place in the queue.
  struct Ticket: Hashable, Sendable {
    fileprivate var number: Int
  }

  /// How many run at once, at most.
  let jobs: Int
  /// How many wait, at most.
  let mostWaiting: Int

  private struct Place {
    var ticket: Ticket
    var host: Host
    var isRunning = false
  }

  private var places: [Place] = []
  private var issued = 0

  init(jobs: Int, mostWaiting: Int) {
    self.jobs = jobs
    self.mostWaiting = mostWaiting
  }

  /// How many run.
  var running: Int { places.count(where: \.isRunning) }
  /// How many wait.
  var waiting: Int { places.count - running }

  /// Takes the last place of the queue; nil where it is full.
  mutating func enter(_ host: Host) -> Ticket? {
    guard waiting < mostWaiting else { return nil }
    issued += 1
    let ticket = Ticket(number: issued)
    places.append(Place(ticket: ticket, host: host))
    return ticket
  }

  /// Starts the run of a ticket where it is its turn: a job is free, and nobody who asked earlier
  /// for this host is still here.
  mutating func start(_ ticket: Ticket) -> Bool {
    guard let index = places.firstIndex(where: { $0.ticket == ticket }), !places[index].isRunning
    else { return false }
    guard running < jobs, !places[..<index].contains(where: { $0.host == places[index].host })
    else { return false }
    places[index].isRunning = true
    return true
  }

  /// Gives a place up: the run is over, or nobody waits for it any more.
  mutating func leave(_ ticket: Ticket) { places.removeAll { $0.ticket == ticket } }
}
