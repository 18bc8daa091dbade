internal import FlyingFox
internal import FlyingSocks
internal import Foundation
public import RSTWire
internal import Synchronization

/// The exporter over HTTP, by FlyingFox.
///
/// Its loop of accepting ends with the first failure, such as too many open files, and closes every
/// connection then; it is started again. Its event queue loses a descriptor each time that it is
/// stopped; here one queue lives as long as the process.
public final class ExporterServer: Sendable {
  /// How far it is.
  public enum Progress: Hashable, Sendable {
    /// It does not listen yet.
    case starting
    /// It listens.
    case listening
    /// It never did, and why.
    case failed(String)
  }

  private let exporter: Exporter
  private let address: IPAddress
  private let port: UInt16
  private let state = Mutex(Progress.starting)
  private let complain: @Sendable (String) -> Void

  /// How long to wait before it is started again, so that descriptors may come back.
  private static let pause = Duration.milliseconds(250)

  /// Makes a server.
  ///
  /// - Parameters:
  ///   - exporter: What answers.
  ///   - address: Where it listens.
  ///   - port: The port.
  ///   - complain: Told of the first, second, fourth, eighth... time that it has to start again.
  public init(
    _ exporter: Exporter, address: IPAddress, port: UInt16,
    complain: @escaping @Sendable (String) -> Void
  ) {
    self.exporter = exporter
    self.address = address
    self.port = port
    self.complain = complain
  }

  /// How far it is.
  public var progress: Progress { state.withLock(\.self) }

  /// Serves until the task is cancelled, or until it is known that it never will.
  public func run() async {
    let queue = HTTPServer.defaultPool()
    do {
      try await queue.prepare()
    } catch {
      fail(error)
      return
    }
    let events = Task { try await queue.run() }
    defer { events.cancel() }
    while !Task.isCancelled {
      do {
        try await serve(by: EnduringPool(queue: queue))
      } catch {
        guard progress == .listening else {
          fail(error)
          return
        }
        let count = exporter.countRestart()
        if count & (count - 1) == 0 {
          complain("starts to serve again, restart \(count): \(Self.text(error))")
        }
      }
      // Where the task is cancelled the loop ends.
      try? await Task.sleep(for: Self.pause)
    }
  }

  private func serve(by pool: EnduringPool) async throws {
    let server = HTTPServer(
      config: try configuration(pool), handler: Handler(exporter: exporter))
    let notice = Task {
      try await server.waitUntilListening()
      state.withLock { $0 = .listening }
    }
    defer { notice.cancel() }
    try await server.run()
  }

  private func configuration(_ pool: EnduringPool) throws -> HTTPServer.Configuration {
    // Longer than any probe: it ends by itself, and then says more.
    let seconds = ProbeRequest.limits.longest.components.seconds + 10
    switch address {
    case .v4:
      return HTTPServer.Configuration(
        address: try .inet(ip4: "\(address)", port: port), timeout: TimeInterval(seconds),
        pool: pool, logger: .disabled)
    case .v6:
      return HTTPServer.Configuration(
        address: try .inet6(ip6: "\(address)", port: port), timeout: TimeInterval(seconds),
        pool: pool, logger: .disabled)
    }
  }

  private func fail(_ error: any Error) {
    state.withLock { $0 = .failed(Self.text(error)) }
  }

  private static func text(_ error: any Error) -> String {
    guard case SocketError.failed(let type, _, let message)? = error as? SocketError else {
      return "\(error)"
    }
    return "\(type.lowercased()): \(message)"
  }
}

/// One event queue for all servers that follow each other.
private struct EnduringPool: AsyncSocketPool {
  let queue: any AsyncSocketPool

  func prepare() async throws {}

  /// A server has one task for the events, which are another task's business here.
  func run() async throws { try await Task.sleep(for: .seconds(1 << 30)) }

  func suspendSocket(_ socket: Socket, untilReadyFor events: Socket.Events) async throws {
    try await queue.suspendSocket(socket, untilReadyFor: events)
  }
}

/// From HTTP to the exporter and back.
private struct Handler: HTTPHandler {
  let exporter: Exporter

  func handleRequest(_ request: HTTPRequest) async throws -> HTTPResponse {
    let reply = await exporter.reply(
      to: Exporter.Request(
        method: request.method.rawValue, path: request.path,
        query: request.query.map { ($0.name, $0.value) },
        scrapeTimeout: request.headers[HTTPHeader("X-Prometheus-Scrape-Timeout-Seconds")]))
    // One request a connection: none is held open that nobody uses.
    return HTTPResponse(
      statusCode: HTTPStatusCode(reply.status, phrase: Self.phrases[reply.status] ?? ""),
      headers: [.contentType: reply.mediaType, .connection: "close"],
      body: request.method == .HEAD ? Data() : Data(reply.text.utf8))
  }

  /// RFC 9110, section 15.
  private static let phrases = [
    200: "OK", 400: "Bad Request", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
    503: "Service Unavailable",
  ]
}
