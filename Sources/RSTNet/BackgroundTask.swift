internal import CLinux

/// One piece of work on a thread of its own, for system calls that wait inside the kernel.
///
/// The two threads never touch the value at once: the second one writes it, and `value()` reads it
/// after that thread has ended; hence the unchecked promise to the compiler.
final class BackgroundTask<Value: ~Copyable>: @unchecked Sendable {
  private let work: @Sendable () -> Value
  private var result: Value?
  private var thread: pthread_t?

  private init(_ work: @escaping @Sendable () -> Value) { self.work = work }

  /// A thread whose work nobody waited for keeps nothing behind either; it is over by now, as it held
  /// this task.
  deinit {
    if let thread { pthread_detach(thread) }
  }

  /// Starts the work; where there is no thread to be had it is done at once.
  static func start(_ work: @escaping @Sendable () -> Value) -> BackgroundTask {
    let task = BackgroundTask(work)
    if !task.run() { task.result = work() }
    return task
  }

  /// Starts work that must not be waited for; nil where there is no thread to be had.
  static func startAside(_ work: @escaping @Sendable () -> Value) -> BackgroundTask? {
    let task = BackgroundTask(work)
    return task.run() ? task : nil
  }

  /// Runs the work on a thread; false where there is none to be had.
  private func run() -> Bool {
    let runner = Runner { self.result = self.work() }
    let context = unsafe Unmanaged.passRetained(runner).toOpaque()
    var thread = pthread_t()
    let status = unsafe pthread_create(
      &thread, nil,
      { context in
        guard let context = unsafe context else { return nil }
        unsafe Unmanaged<Runner>.fromOpaque(context).takeRetainedValue().body()
        return nil
      }, context)
    guard status == 0 else {
      unsafe Unmanaged<Runner>.fromOpaque(context).release()
      return false
    }
    self.thread = thread
    return true
  }

  /// Waits for the end of the work and hands its value over; nil when it was handed over before.
  func value() -> Value? {
    if let thread {
      pthread_join(thread, nil)
      self.thread = nil
    }
    return result.take()
  }
}

/// What the second thread is given, without a type parameter that C could not name.
private final class Runner {
  let body: () -> Void

  init(_ body: @escaping () -> Void) { self.body = body }
}
