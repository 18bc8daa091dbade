internal import RSTCore
internal import RSTReport
internal import RSTWire
internal import Synchronization

/// What `rstprobe exporter` answers, apart from HTTP: paths and parameters in, text out.
public final class Exporter: Sendable {
  /// What a request is about.
  struct Request: Sendable {
    var method = "GET"
    var path: String
    var query: [(name: String, value: String)] = []
    /// The field `X-Prometheus-Scrape-Timeout-Seconds`.
    var scrapeTimeout: String?
  }

  /// What is answered.
  struct Reply: Hashable, Sendable {
    var status = 200
    var mediaType = "text/plain; charset=utf-8"
    /// Ends with a line break.
    var text: String
  }

  private struct State: Sendable {
    var queue: RunQueue<IPAddress>
    var tally = Tally()
    /// Requests for `/probe` that are not answered yet.
    var asked = 0
  }

  private let allowed: AllowList
  private let prober: any Prober
  private let state: Mutex<State>

  /// How many requests for `/probe` are in hand at once, those whose name is looked up included.
  private static let mostAsked = 64
  /// How long it takes at most to notice that it is somebody's turn.
  private static let turn = Duration.milliseconds(10)

  /// Makes an exporter.
  ///
  /// - Parameters:
  ///   - allowed: What may be probed.
  ///   - jobs: How many hosts are probed at once: 1...16.
  ///   - prober: What probes.
  public init(allowed: AllowList, jobs: Int, prober: any Prober) {
    self.allowed = allowed
    self.prober = prober
    state = Mutex(State(queue: RunQueue(jobs: jobs, mostWaiting: Self.mostAsked)))
  }

  /// Counts that the server was started again.
  ///
  /// - Returns: How often that happened so far.
  func countRestart() -> Int {
    state.withLock { state in
      state.tally.restarts += 1
      return state.tally.restarts
    }
  }

  /// Answers.
  func reply(to request: Request) async -> Reply {
    guard request.method == "GET" || request.method == "HEAD" else {
      return Reply(status: 405, text: "there is nothing but GET here\n")
    }
    switch request.path {
    case "/": return Reply(text: Self.welcome)
    case "/-/healthy", "/-/ready": return Reply(text: "rstprobe exporter is healthy.\n")
    case "/metrics":
      let text = state.withLock {
        $0.tally.document(running: $0.queue.running, waiting: $0.queue.waiting)
      }
      return Reply(mediaType: PrometheusText.mediaType, text: text)
    case "/probe":
      do throws(RequestRefusal) { return try await probe(request) } catch {
        state.withLock { $0.tally.refusals[error.kind, default: 0] += 1 }
        return Reply(status: error.status, text: Sanitised(error.reason).text + "\n")
      }
    default:
      return Reply(status: 404, text: "there are /probe, /metrics and /-/healthy\n")
    }
  }

  private static let welcome = """
    rstprobe exporter \(Version.current): the state of a TCP port, who answers, and why

    /probe?target=HOST:PORT   probes, for Prometheus; &checks=path walks the way too,
                              &expect=open,closed says which states are success
    /metrics                  of the exporter itself
    /-/healthy                whether it is there

    """
}

// MARK: - One probe

extension Exporter {
  private func probe(_ request: Request) async throws(RequestRefusal) -> Reply {
    let started = ContinuousClock.now
    let asked = try ProbeRequest(query: request.query, scrapeTimeout: request.scrapeTimeout)
    guard allowed.allows(asked.target) else {
      throw RequestRefusal(
        .forbidden, "target '\(asked.target)' is not on the list of what may be probed")
    }
    let hasRoom = state.withLock { state in
      guard state.asked < Self.mostAsked else { return false }
      state.asked += 1
      return true
    }
    guard hasRoom else {
      throw RequestRefusal(.busy, "\(Self.mostAsked) probes are in hand already")
    }
    defer { state.withLock { $0.asked -= 1 } }
    let outcome = try await outcome(of: asked, until: started + asked.limit)
    state.withLock { $0.tally.probes[.init(outcome), default: 0] += 1 }
    return Reply(
      mediaType: PrometheusText.mediaType,
      text: ProbeMetrics.document(
        outcome, expected: asked.expected, elapsed: ContinuousClock.now - started))
  }

  private func outcome(
    of asked: ProbeRequest, until deadline: ContinuousClock.Instant
  ) async throws(RequestRefusal) -> ProbeMetrics.Outcome {
    let address: IPAddress
    switch asked.target.host {
    case .address(let known): address = known
    case .name(let name):
      do throws(ProbeFailure) { address = try await prober.address(of: name).unmapped } catch {
        return .failure(error)
      }
    }
    let ticket = try await turn(of: address, until: deadline)
    defer { state.withLock { $0.queue.leave(ticket) } }
    let target = Target(
      name: "\(asked.target.host)", address: address, port: asked.target.port)
    do throws(ProbeFailure) {
      return .success(
        try await prober.diagnose(
          target, checks: asked.checks, within: deadline - ContinuousClock.now))
    } catch {
      return .failure(error)
    }
  }

  /// Waits until a host may be asked.
  private func turn(
    of host: IPAddress, until deadline: ContinuousClock.Instant
  ) async throws(RequestRefusal) -> RunQueue<IPAddress>.Ticket {
    guard let ticket = state.withLock({ $0.queue.enter(host) }) else {
      throw RequestRefusal(.busy, "too many probes wait already")
    }
    while !state.withLock({ $0.queue.start(ticket) }) {
      let isOver = ContinuousClock.now >= deadline
      if !isOver, (try? await Task.sleep(for: Self.turn)) != nil { continue }
      state.withLock { $0.queue.leave(ticket) }
      throw RequestRefusal(
        .busy, "other probes took all of the time: give Prometheus more of it, or --jobs")
    }
    return ticket
  }
}
