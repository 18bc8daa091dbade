import RSTWire

/// Ports whose first answer does not decide, asked again beside control ports of their hosts: a
/// window of a fixed size over all of them.
struct SweepCases: Sendable {
  /// One port under examination.
  struct Case: Sendable {
    let place: UInt64
    let endpoint: Endpoint
    var marks = SweepMarks()
    var isLoop = false
    var asked = 0
  }

  /// What the control ports of a host showed.
  struct Host: Sendable {
    var marks = SweepMarks()
    var asked = 0
    var next = Moment(nanoseconds: 0)
    var users = 0
  }

  /// A SYN that a case wants.
  struct Ask: Sendable {
    var endpoint: Endpoint
    var attempt: Int
  }

  /// How many cases are open at once.
  static let window = 4096
  /// How many hosts are remembered; those that no case needs are forgotten beyond it.
  static let hostLimit = 8192
  /// Attempts from here on are those of cases.
  static let firstAttempt = 40
  /// How often each is asked at most, and how many replies are enough.
  static let (asks, enough) = (16, 2)

  private(set) var cases: [UInt64: Case] = [:]
  private var hosts: [IPAddress: Host] = [:]
  private var queue: [(moment: Moment, place: UInt64)] = []
  private var head = 0

  var isFull: Bool { cases.count >= Self.window }
  var isEmpty: Bool { cases.isEmpty }

  /// When the next one has to be looked at.
  var deadline: Moment? { head < queue.count ? queue[head].moment : nil }

  /// Opens a case.
  mutating func open(_ place: UInt64, _ endpoint: Endpoint, at now: Moment) {
    cases[place] = Case(place: place, endpoint: endpoint)
    if hosts[endpoint.address] == nil, hosts.count >= Self.hostLimit {
      hosts = hosts.filter { $0.value.users > 0 }
    }
    hosts[endpoint.address, default: Host()].users += 1
    insert((now, place))
  }

  /// Keeps the queue in the order of time: most of what comes is the latest.
  private mutating func insert(_ item: (moment: Moment, place: UInt64)) {
    var index = queue.count
    while index > head, queue[index - 1].moment > item.moment { index -= 1 }
    queue.insert(item, at: index)
  }

  /// Takes an answer from a port that is under examination; false where it is none.
  mutating func take(_ answer: SweepAnswer, place: UInt64?, to trafficClass: UInt8) -> Bool {
    if let place, cases[place] != nil {
      cases[place]?.marks.take(answer, to: trafficClass)
      if answer.kind == .timeExceeded { cases[place]?.isLoop = true }
      return true
    }
    guard hosts[answer.endpoint.address] != nil else { return false }
    hosts[answer.endpoint.address]?.marks.take(answer, to: trafficClass)
    return true
  }

  /// What the next case that is due needs.
  enum Step {
    /// These SYNs.
    case ask([Ask])
    /// Nothing more: it can be judged.
    case judge(Case, control: SweepMarks, asked: Int)
  }

  /// Takes the next case that is due at this moment; nil where none is.
  ///
  /// - Parameters:
  ///   - now: The present.
  ///   - gap: From one ask to the next: longer than a round trip.
  ///   - control: The control port of a host with a number.
  /// - Returns: What the case needs.
  mutating func next(
    at now: Moment, gap: Duration, control: (IPAddress, Int) -> UInt16
  ) -> Step? {
    guard head < queue.count, queue[head].moment <= now else { return nil }
    let place = queue[head].place
    head += 1
    if head > 1024 {
      queue.removeFirst(head)
      head = 0
    }
    guard var item = cases[place], var host = hosts[item.endpoint.address] else { return nil }
    var asks: [Ask] = []
    let hasReplies =
      item.marks.resets + item.marks.accepted >= Self.enough || item.marks.refusal != nil
      || item.isLoop
    if !hasReplies, item.asked < Self.asks {
      asks.append(Ask(endpoint: item.endpoint, attempt: Self.firstAttempt + item.asked))
      // Two at once, so that most cases end after one round trip.
      asks.append(Ask(endpoint: item.endpoint, attempt: Self.firstAttempt + item.asked + 1))
      item.asked += 2
    }
    let isKnown = host.marks.resets >= Self.enough
    if !isKnown, host.asked < Self.asks, host.next <= now {
      for number in 0..<2 {
        asks.append(
          Ask(
            endpoint: Endpoint(
              address: item.endpoint.address, port: control(item.endpoint.address, number)),
            attempt: Self.firstAttempt + host.asked))
      }
      host.asked += 2
      host.next = now + gap
    }
    let isWaiting = !isKnown && (host.asked < Self.asks || host.next > now)
    cases[place] = item
    hosts[item.endpoint.address] = host
    guard asks.isEmpty && !isWaiting else {
      // Whoever rations its answers gets more time from ask to ask.
      let asked = max(item.asked, host.asked)
      insert((now + gap * (1 + asked / 4), place))
      return .ask(asks)
    }
    cases[place] = nil
    hosts[item.endpoint.address]?.users -= 1
    return .judge(item, control: host.marks, asked: item.asked)
  }
}
