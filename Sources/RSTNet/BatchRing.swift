internal import CLinux
internal import Synchronization

/// Batches that go round between a thread that fills them and one that empties them.
///
/// Each belongs to one of the two at any time: it changes hands with a semaphore, which orders what
/// both do with it; hence the unchecked promise to the compiler. Several change hands at once, since
/// to wake a thread takes longer than to read a batch.
final class BatchRing: @unchecked Sendable {
  private let slots: [Slot]
  private let free: Semaphore
  private let filled = Semaphore(0)
  private let isStopped = Atomic(false)

  /// Batches that change hands together.
  private final class Slot {
    var batches: [FrameBatch]
    var filled = 0
    var isLast = false

    init(_ count: Int) { batches = Array(repeating: FrameBatch(), count: count) }
  }

  /// Makes a ring of so many slots with so many batches each.
  init(slots count: Int, batches: Int) {
    slots = (0..<count).map { _ in Slot(batches) }
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
      slot.filled = 0
      while goesOn, slot.filled < slot.batches.count {
        slot.batches[slot.filled].clear()
        goesOn = !isStopped.load(ordering: .relaxed) && fill(&slot.batches[slot.filled])
        slot.filled += 1
      }
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
      for place in 0..<slot.filled where !isStopped.load(ordering: .relaxed) {
        if !empty(slot.batches[place]) { isStopped.store(true, ordering: .relaxed) }
      }
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
