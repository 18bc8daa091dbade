import Foundation
import Synchronization
import Testing

/// Frames sent without pause on an interface of a lab, from a thread of its own.
final class Flood: Sendable {
  private let socket: Int32
  private let isOver = Atomic(false)
  private let isStopped = DispatchSemaphore(value: 0)
  private let sent = Atomic(0)
  private let started = ContinuousClock.now

  /// Starts to send frames, again and again, from the node next to the prober.
  init(_ frames: [[UInt8]], in lab: Lab) throws {
    socket = try lab.inside("wire") {
      // AF_PACKET takes every frame as it is; packet(7).
      let socket = Glibc.socket(AF_PACKET, Int32(SOCK_RAW.rawValue), 0)
      try #require(socket >= 0)
      // struct sockaddr_ll: family, protocol, interface, and nothing that sending needs.
      let index = unsafe if_nametoindex("near")
      try #require(index > 0)
      var address = sockaddr_storage()
      unsafe withUnsafeMutableBytes(of: &address) {
        unsafe $0.storeBytes(of: UInt16(AF_PACKET), as: UInt16.self)
        unsafe $0.storeBytes(of: index, toByteOffset: 4, as: UInt32.self)
      }
      let status = unsafe withUnsafePointer(to: &address) {
        unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          unsafe bind(socket, $0, 20)
        }
      }
      try #require(status == 0)
      return socket
    }
    Thread.detachNewThread {
      while !self.isOver.load(ordering: .relaxed) {
        for frame in frames {
          if unsafe send(self.socket, frame, frame.count, 0) > 0 {
            self.sent.add(1, ordering: .relaxed)
          }
        }
      }
      self.isStopped.signal()
    }
  }

  /// Ends it; returns how many frames went out a second.
  func stop() -> Int {
    let elapsed = ContinuousClock.now - started
    isOver.store(true, ordering: .relaxed)
    isStopped.wait()
    close(socket)
    let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
    return Int(Double(sent.load(ordering: .relaxed)) / seconds)
  }
}
