/// The order in which connections were heard of last, those that are over apart.
///
/// Two lists through one array of small entries: moving a connection touches none of the others.
struct IdleOrder: Sendable {
  /// What a connection is, for the order.
  enum State: UInt8, Hashable, Sendable {
    /// It goes on.
    case open
    /// Both sides have closed it, or one has reset it.
    case over
  }

  private struct Entry {
    var newer: Int32 = -1
    var older: Int32 = -1
    var state = State.open
    /// When it was heard of, counted in calls.
    var heard = 0
  }

  private struct Ends {
    var newest: Int32 = -1
    var oldest: Int32 = -1
  }

  private var entries: [Entry] = []
  private var open = Ends()
  private var over = Ends()
  private var calls = 0

  init() {}

  /// Adds a place, which is one behind the last at most, as the newest of those that go on.
  mutating func insert(_ place: Int) {
    if place == entries.count { entries.append(Entry()) }
    entries[place].state = .open
    link(Int32(place))
  }

  /// Makes a place the newest of its state.
  mutating func touch(_ place: Int, _ state: State) {
    let index = Int32(place)
    calls += 1
    if entries[place].state == state, newest(of: state) == index {
      entries[place].heard = calls
      return
    }
    unlink(index)
    entries[place].state = state
    link(index)
  }

  /// Removes a place.
  mutating func remove(_ place: Int) { unlink(Int32(place)) }

  /// The one of a state that was not heard of for longest; nil where there is none.
  func oldest(of state: State) -> Int? {
    let index = state == .open ? open.oldest : over.oldest
    return index < 0 ? nil : Int(index)
  }

  /// The one that was not heard of for longest of all.
  var oldest: Int? {
    guard let open = oldest(of: .open) else { return oldest(of: .over) }
    guard let over = oldest(of: .over) else { return open }
    return entries[open].heard < entries[over].heard ? open : over
  }

  private func newest(of state: State) -> Int32 { state == .open ? open.newest : over.newest }

  private mutating func link(_ index: Int32) {
    let place = Int(index)
    let before = newest(of: entries[place].state)
    entries[place].heard = calls
    entries[place].older = before
    entries[place].newer = -1
    if before >= 0 { entries[Int(before)].newer = index }
    change(entries[place].state) { ends in
      ends.newest = index
      if ends.oldest < 0 { ends.oldest = index }
    }
  }

  private mutating func unlink(_ index: Int32) {
    let entry = entries[Int(index)]
    if entry.newer >= 0 { entries[Int(entry.newer)].older = entry.older }
    if entry.older >= 0 { entries[Int(entry.older)].newer = entry.newer }
    change(entry.state) { ends in
      if ends.newest == index { ends.newest = entry.older }
      if ends.oldest == index { ends.oldest = entry.newer }
    }
  }

  private mutating func change(_ state: State, _ body: (inout Ends) -> Void) {
    switch state {
    case .open: body(&open)
    case .over: body(&over)
    }
  }
}
