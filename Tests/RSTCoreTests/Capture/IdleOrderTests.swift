import Testing

@testable import RSTCore

@Suite struct IdleOrderTests {
  @Test func `the oldest is who was not heard of for longest, in either state`() {
    var order = IdleOrder()
    for place in 0..<4 { order.insert(place) }
    order.touch(0, .open)
    #expect(order.oldest == 1)
    order.touch(1, .over)
    order.touch(2, .over)
    order.touch(3, .open)
    #expect(order.oldest == 0)
    #expect(order.oldest(of: .over) == 1)
    order.remove(0)
    #expect(order.oldest == 1)
    order.remove(1)
    #expect(order.oldest(of: .over) == 2)
  }

  @Test func `a place is used again, and empties its list when it goes`() {
    var order = IdleOrder()
    order.insert(0)
    order.touch(0, .over)
    order.remove(0)
    #expect(order.oldest == nil)
    order.insert(0)
    #expect(order.oldest(of: .open) == 0)
    #expect(order.oldest(of: .over) == nil)
  }
}
