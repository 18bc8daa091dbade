/// Why a run cannot be made or went wrong on our side.
public enum LiveRunError: Error, Hashable, Sendable {
  /// The target cannot be reached as asked.
  case route(RouteError)
  /// Source ports cannot be guarded.
  case portGuard(PortGuardError)
  /// The capture cannot be opened or broke.
  case capture(CaptureError)
  /// The capture file cannot be made or written.
  case captureFile(CaptureError)
  /// Packets cannot be built or sent.
  case injection(InjectionError)
  /// Anything else that the system refuses.
  case system(SystemFailure)

  /// Whether CAP_NET_RAW is what is missing.
  public var isPermission: Bool {
    switch self {
    case .capture(let error): error.code == .permissionDenied
    case .injection(let error): error.isPermission
    case .system(let failure): failure.isPermission
    case .route, .portGuard, .captureFile: false
    }
  }
}

extension LiveRunError: CustomStringConvertible {
  /// One line for people.
  public var description: String {
    switch self {
    case .route(let error): error.description
    case .portGuard(let error): error.description
    case .capture(let error), .captureFile(let error): error.description
    case .injection(let error): error.description
    case .system(let failure): failure.description
    }
  }

  /// Runs a part and names its failures.
  static func naming<Value: ~Copyable>(_ part: () throws -> Value) throws(LiveRunError) -> Value {
    do {
      return try part()
    } catch let error as LiveRunError {
      throw error
    } catch let error as RouteError {
      throw .route(error)
    } catch let error as PortGuardError {
      throw .portGuard(error)
    } catch let error as CaptureError {
      throw error.code == .file ? .captureFile(error) : .capture(error)
    } catch let error as InjectionError {
      throw .injection(error)
    } catch let error as SystemFailure {
      throw .system(error)
    } catch {
      preconditionFailure("the parts of a run throw nothing else: \(error)")
    }
  }
}
