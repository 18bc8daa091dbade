internal import CLinux
public import RSTCore
internal import RSTWire

/// Records what comes and goes on this host: segments on all its interfaces, and the resets of its
/// kernel's TCP where the kernel tells of them.
public struct WitnessRun: ~Copyable {
  /// What is recorded, and since when.
  public let head: WitnessLog.Head
  /// Why the kernel's reasons are missing; nil where they are there.
  public let missingReasons: ResetTracingError?

  private var capture: Capture
  private var interrupt: Interrupt
  private var tracing: ResetTracing?
  private var frames = CapturedFrameReader()
  private let clock: SystemClock
  private var tail: WitnessLog.Tail

  /// Something that was recorded.
  public enum Entry: Hashable, Sendable {
    /// A segment that came or went.
    case segment(WitnessedSegment)
    /// A reset that the kernel's TCP made.
    case kernelReset(KernelReset)
  }

  /// Headers of a tunnel and of what is in it.
  private static let snapLength = 256
  /// Room for some 100,000 packets, in octets.
  private static let bufferSize = 64 << 20
  /// How long nothing happens before it is looked again, in milliseconds.
  private static let patience: Int32 = 50
  /// How many packets are taken before all else is looked at.
  private static let batch = 1_024

  /// Makes everything ready: from when this returns on nothing is missed.
  ///
  /// - Parameters:
  ///   - port: The only port whose segments are recorded; nil for all.
  ///   - duration: How long it is to record; nil for until a signal.
  /// - Throws: `LiveRunError`.
  public init(port: UInt16?, duration: Duration?) throws(LiveRunError) {
    let interrupt = try LiveRunError.naming { try Interrupt() }
    let capture = try LiveRunError.naming {
      try Capture(interface: "any", snapLength: Self.snapLength, bufferSize: Self.bufferSize)
    }
    try LiveRunError.naming { try capture.filter(Self.filter(port: port)) }
    let clock = SystemClock()
    var tracing: ResetTracing?
    var missing: ResetTracingError?
    do throws(ResetTracingError) { tracing = try ResetTracing(clock: clock) } catch {
      missing = error
    }
    head = WitnessLog.Head(
      started: clock.now, port: port, recordsReasons: missing == nil, duration: duration)
    tail = WitnessLog.Tail(ended: head.started, segments: 0)
    missingReasons = missing
    self.clock = clock
    self.interrupt = interrupt
    self.capture = capture
    self.tracing = tracing
  }

  /// Segments, and what may hide some: extension headers, encryption.
  static func filter(port: UInt16?) -> String {
    let extended = [0, 43, 44, 60].map { "ip6[6] = \($0)" }.joined(separator: " or ")
    return "tcp\(port.map { " port \($0)" } ?? "") or esp or ah or (ip6 and (\(extended)))"
  }

  /// Records until the time is over, the user interrupts, or nobody takes it any more.
  ///
  /// - Parameters:
  ///   - take: Gets each entry; false where it cannot be kept.
  ///   - pause: Told that nothing waits: what was taken may be written down.
  /// - Returns: What stands at the end.
  /// - Throws: `CaptureError`.
  public mutating func record(
    _ take: (Entry) -> Bool, pause: () -> Bool
  ) throws(CaptureError) -> WitnessLog.Tail {
    let end = head.duration.map { head.started + $0 }
    while !interrupt.isRaised(), end.map({ clock.now < $0 }) ?? true {
      let taken = try takeFrames(until: nil, take)
      guard let taken, takeResets(take) else { return tail }
      guard taken == 0 else { continue }
      guard pause() else { return tail }
      wait(end.map { $0 - clock.now })
    }
    tail.ended = clock.now
    // What the kernel holds still was before the end.
    while let taken = try takeFrames(until: tail.ended, take), taken > 0 {}
    _ = takeResets(take)
    tail.dropped = capture.statistics.dropped
    tail.lostReasons = tracing?.lost ?? 0
    return tail
  }

  /// Takes some frames that wait: how many, or nil where one cannot be kept.
  private mutating func takeFrames(
    until last: Moment?, _ take: (Entry) -> Bool
  ) throws(CaptureError) -> Int? {
    let (clock, started) = (clock, head.started)
    var frames = frames
    defer { self.frames = frames }
    for count in 0..<Self.batch {
      var found: WitnessedSegment?
      var (isLost, isLate) = (false, false)
      let isThere = try capture.readFrame { link, octets, length, stamp in
        let moment = clock.moment(ofStamp: stamp)
        isLate = last.map { moment > $0 } ?? false
        guard moment >= started, !isLate, let direction = Self.direction(octets, link) else {
          return
        }
        frames.read(link: link, octets: octets, originalLength: length, at: stamp) { frame, _ in
          if case .segment(let segment, _) = frame {
            found = WitnessedSegment(moment: moment, direction: direction, segment: segment)
          } else if direction == .sent {
            isLost = Self.mayHoldSegment(frame, octets, link, length)
          }
        }
      }
      guard isThere, !isLate else { return count }
      if isLost { tail.unreadable += 1 }
      if let found {
        guard take(.segment(found)) else { return nil }
        tail.segments += 1
      }
    }
    return Self.batch
  }

  private mutating func takeResets(_ take: (Entry) -> Bool) -> Bool {
    for reset in tracing?.read() ?? [] where reset.moment >= head.started {
      guard take(.kernelReset(reset)) else { return false }
      tail.kernelResets += 1
    }
    return true
  }

  /// Which way a frame went, as the cooked header says: linux/if_packet.h, linux/if_arp.h.
  ///
  /// Of what goes through the loopback interface libpcap shows the arrival alone: it was sent here too.
  static func direction(_ octets: Span<UInt8>, _ link: LinkType) -> Direction? {
    let (kind, hardware) = link == .linuxCooked ? (1, 3) : (10, 9)
    guard link == .linuxCooked || link == .linuxCooked2, octets.count >= 16 else { return nil }
    let isLoopback = octets[hardware - 1] == 0x03 && octets[hardware] == 0x04
    return isLoopback || octets[kind] == UInt8(PACKET_OUTGOING) ? .sent : .received
  }

  /// Whether a packet that is no readable segment may be one: cut off, or encrypted (RFC 4302, RFC 4303).
  private static func mayHoldSegment(
    _ frame: CapturedFrame, _ octets: Span<UInt8>, _ link: LinkType, _ length: Int
  ) -> Bool {
    switch frame {
    case .unreadable: return true
    case .other:
      let packet = Packet(link: link, octets: octets, originalLength: length)
      guard case .other(let number)? = packet?.transport else { return false }
      return number == 50 || number == 51
    case .segment, .fragment, .icmp: return false
    }
  }

  private func wait(_ rest: Duration?) {
    var descriptors = [
      pollfd(fd: capture.descriptor, events: Int16(POLLIN), revents: 0),
      pollfd(fd: interrupt.descriptor, events: Int16(POLLIN), revents: 0),
    ]
    let limit = rest.map { Int32(clamping: max($0.nanoseconds / 1_000_000, 1)) } ?? Self.patience
    _ = unsafe poll(&descriptors, nfds_t(descriptors.count), min(limit, Self.patience))
  }
}
