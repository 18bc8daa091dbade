import RSTWire

/// How routers ration their ICMP errors, as far as this sweep has seen it.
struct RationGauge: Sendable {
  private struct Router: Sendable {
    var latest: Moment
    /// The times from one error to the next, those of bursts left out.
    var gaps: [Duration] = []
  }

  private var routers: [IPAddress: Router] = [:]

  /// How long the ration of a Linux router takes to come back into stock, and a little more.
  ///
  /// Its usual ration is one error a second for each client (icmp_ratelimit, net/ipv4/icmp.c,
  /// icmpv4_xrlim_allow). A router without a route takes two tokens for each error (net/ipv4/route.c,
  /// ip_error, and then icmp_send), and the first also where the second is missing: so asking takes
  /// from the stock even where nothing comes back, and every ask has to wait for all of it.
  static let least = Duration.milliseconds(2200)
  /// No wait is longer: few of them would fit into the time that a search has.
  static let most = Duration.seconds(10)
  /// What comes sooner belongs to a burst, or to a ration that nobody has to wait for.
  private static let burst = Duration.milliseconds(100)
  /// How many routers, and how many times of each, are remembered.
  private static let (routerLimit, gapLimit) = (16, 32)

  /// Takes note of an error while silent targets are asked all the time.
  mutating func note(_ sender: IPAddress, at moment: Moment) {
    guard var router = routers[sender] else {
      if routers.count < Self.routerLimit { routers[sender] = Router(latest: moment) }
      return
    }
    let gap = moment - router.latest
    router.latest = max(router.latest, moment)
    if gap >= Self.burst {
      if router.gaps.count == Self.gapLimit { router.gaps.removeFirst() }
      router.gaps.append(gap)
    }
    routers[sender] = router
  }

  /// How long to wait until the ration of every router that was seen is in stock.
  ///
  /// As many times the usual gap of the slowest router as `least` is of Linux's second.
  var refill: Duration {
    let slowest = routers.values.compactMap { router in
      router.gaps.isEmpty ? nil : router.gaps.sorted()[router.gaps.count / 2]
    }.max()
    guard let slowest else { return Self.least }
    // Thousandths of the gap, as many as `least` has milliseconds.
    let wait = min(slowest, Self.most).nanoseconds / 1000 * (Self.least.nanoseconds / 1_000_000)
    return min(max(.nanoseconds(wait), Self.least), Self.most)
  }
}
