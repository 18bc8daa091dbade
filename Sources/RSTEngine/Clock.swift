public import RSTCore

/// What time it is, on the clock that captured packets are stamped with.
public protocol Clock {
  /// The present moment.
  var now: Moment { get }
}
