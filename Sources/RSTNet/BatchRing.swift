internal import CLinux
internal import Synchronization

/// Batches that go round between a thread that fills them and one that empties them.
///
/// Each belongs to one of the two at any time: it changes hands with a semaphore, which orders what
/// both do with it; hence the unchecked promise to the compiler.
final class BatchRing: @unchecked Sendable {
  private let slots: [Slot]
  private let free: Semaphore
  private let filled = Semaphore(0)
  private let isStopped = Atomic(false)

  /// Where a batch is kept.
  private final class Slot {
    var batch = FrameBatch()
    var isLast = false
  }

  /// Makes a ring of so many batches.
  init(count: Int) {
    slots = (0..<count).map { _ in Slot() }
    free = Semaphore(UInt32(count))
  }

  /// Fills batches until there is nothing more, or nobody wants more.
  ///
  /// - Parameter fill: Gets an empty batch, and says whether more will come.
  func fill(_ fill: (inout FrameBatch) -> Bool) {
    var number = 0
    var goesOn = true
    while goesOn {
      free.wait()
      let slot = slots[number % slots.count]
      number += 1
      slot.batch.clear()
      goesOn = !isStopped.load(ordering: .relaxed) && fill(&slot.batch)
      slot.isLast = !goesOn
      filled.post()
    }
  }

  /// Empties batches until the last, or until `empty` returns false.
  func empty(_ empty: (FrameBatch) -> Bool) {
    var number = 0
    var isLast = false
    while !isLast {
      filled.wait()
      let slot = slots[number % slots.count]
      number += 1
      // A stopped ring goes round until the filling thread has seen it.
      let goesOn = isStopped.load(ordering: .relaxed) || empty(slot.batch)
      if !goesOn { isStopped.store(true, ordering: .relaxed) }
      isLast = slot.isLast
      free.post()
    }
  }
}

/// A counting semaphore of the C library.
@safe private final class Semaphore: @unchecked Sendable {
  private let memory: UnsafeMutablePointer<sem_t>

  init(_ count: UInt32) {
    unsafe memory = .allocate(capacity: 1)
    unsafe sem_init(memory, 0, count)
  }

  deinit {
    unsafe sem_destroy(memory)
    unsafe memory.deallocate()
  }

  func post() { unsafe sem_post(memory) }

  /// Waits for a count; a signal does not end that.
  func wait() { while unsafe sem_wait(memory) != 0 {} }
}
