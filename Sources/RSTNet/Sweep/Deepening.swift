public import RSTCore
internal import RSTWire

/// Full investigations of ports that a sweep left open, several at once.
public enum Deepening {
  /// How many run side by side.
  public static let width = 8

  /// Investigates.
  ///
  /// - Parameters:
  ///   - requests: What; they are independent of each other.
  ///   - take: Given the place of each request with what came of it, in their order; false ends it.
  public static func run(
    _ requests: [LiveRun.Request],
    take: (Int, Result<Diagnosis, LiveRunError>) -> Bool
  ) {
    var first = 0
    while first < requests.count {
      let part = first..<min(first + width, requests.count)
      let tasks = part.map { place in
        let request = requests[place]
        return BackgroundTask.start { () -> Result<Diagnosis, LiveRunError> in
          do throws(LiveRunError) {
            var run = try LiveRun(request)
            return .success(try run.diagnose())
          } catch {
            return .failure(error)
          }
        }
      }
      // All of them have to be waited for, whatever is made of the first.
      let outcomes = tasks.map { $0.value() }
      for (place, outcome) in zip(part, outcomes) {
        if let outcome, !take(place, outcome) { return }
      }
      first = part.upperBound
    }
  }
}
