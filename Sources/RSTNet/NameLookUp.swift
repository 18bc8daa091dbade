internal import RSTWire
internal import Synchronization

extension LiveRunPool {
  /// Looks names up, several at once: a confined process cannot do so any more.
  ///
  /// - Parameter names: The names, or addresses as text.
  /// - Returns: What each gave; no thread is left.
  public func lookUp(_ names: Set<String>) -> [String: Result<ResolvedAddress, ResolverError>] {
    let work = NameLookUp(Array(names), family: settings.family)
    let threads = (1..<max(min(settings.jobs, names.count), 1)).map { _ in
      BackgroundTask<Void>.start { work.goOn() }
    }
    work.goOn()
    for thread in threads { _ = thread.value() }
    return work.found
  }
}

/// What the threads that look names up share.
private final class NameLookUp: Sendable {
  private struct State {
    var next = 0
    var found: [String: Result<ResolvedAddress, ResolverError>] = [:]
  }

  private let names: [String]
  private let family: AddressFamily?
  private let state = Mutex(State())

  init(_ names: [String], family: AddressFamily?) {
    self.names = names
    self.family = family
  }

  var found: [String: Result<ResolvedAddress, ResolverError>] { state.withLock { $0.found } }

  /// Takes name after name until none is left.
  func goOn() {
    while let name = state.withLock({ state -> String? in
      guard state.next < names.count else { return nil }
      state.next += 1
      return names[state.next - 1]
    }) {
      let result = Resolver.result(of: name, family: family)
      state.withLock { $0.found[name] = result }
    }
  }
}

extension Resolver {
  /// What `resolve(_:family:)` returns or throws.
  static func result(
    of name: String, family: AddressFamily?
  ) -> Result<ResolvedAddress, ResolverError> {
    do throws(ResolverError) { return .success(try resolve(name, family: family)) } catch {
      return .failure(error)
    }
  }
}
