internal import RSTCore
internal import RSTWire

/// The blocks of a pcapng file.
///
/// draft-ietf-opsawg-pcapng, sections 3 and 4.
struct BlockReader: ~Copyable {
  private var window: CaptureWindow
  private var order = BlockByteOrder.little
  /// The interfaces of the section, by their numbers.
  private var interfaces: [CaptureInterface] = []
  /// The time of the last frame that had one.
  private var moment = Moment(nanoseconds: 0)

  /// The type of a section header block, the same in both byte orders.
  static let magic: UInt32 = 0x0a0d_0d0a

  /// The longest block that is read, in octets.
  static let blockLimit = 64 << 20

  /// The most interfaces that are kept of a section.
  static let interfaceLimit = 65_536

  /// Reads the first section header.
  ///
  /// - Throws: `CaptureFileRefusal`.
  init(_ stream: consuming CaptureStream) throws(CaptureFileRefusal) {
    window = CaptureWindow(stream)
    guard window.provide(12) else { throw .endsInHeader }
    guard let order = BlockByteOrder(magic: window.octets.span, at: window.start + 8) else {
      throw .noCapture
    }
    self.order = order
    let length = order.int(in: window.octets.span, at: window.start + 4)
    guard Self.isPossible(length, atLeast: 28) else { throw .noCapture }
    guard window.provide(length) else { throw .endsInHeader }
    let version = order.uint16(in: window.octets.span, at: window.start + 12)
    guard version == 1 else {
      throw CaptureFileRefusal(text: "version \(version) of pcapng is not known")
    }
  }

  /// Calls `body` for each frame until it returns false.
  mutating func forEachFrame(
    _ progress: inout CaptureFileProgress, _ body: CaptureFile.Body
  ) rethrows {
    while !progress.isOver, let length = nextBlock(&progress) {
      // Also when the body throws, it has had its frame.
      defer {
        window.consume(length)
        progress.octets += length
      }
      let start = window.start
      switch order.uint32(in: window.octets.span, at: start) {
      case Self.magic:
        beginSection(length, &progress)
      case 1:
        addInterface(length, &progress)
      case 2:
        let number = Int(order.uint16(in: window.octets.span, at: start + 8))
        guard try readPacket(interface: number, length, &progress, body) else { return }
      case 3:
        guard try readSimplePacket(length, &progress, body) else { return }
      case 6:
        let number = order.int(in: window.octets.span, at: start + 8)
        guard try readPacket(interface: number, length, &progress, body) else { return }
      case 9:
        // An entry of a system's journal has a number of its own in Wireshark.
        progress.frames += 1
      default: break
      }
    }
  }

  /// The length of the next block, all of which is in the window then; nil at the end.
  private mutating func nextBlock(_ progress: inout CaptureFileProgress) -> Int? {
    guard window.provide(12) else {
      end(&progress)
      return nil
    }
    if order.uint32(in: window.octets.span, at: window.start) == Self.magic {
      guard let order = BlockByteOrder(magic: window.octets.span, at: window.start + 8) else {
        progress.failed("a section of no known byte order")
        return nil
      }
      self.order = order
    }
    let length = order.int(in: window.octets.span, at: window.start + 4)
    guard Self.isPossible(length, atLeast: 12) else {
      progress.failed("a block of \(length) octets")
      return nil
    }
    guard window.provide(length) else {
      end(&progress)
      return nil
    }
    guard order.int(in: window.octets.span, at: window.start + length - 4) == length else {
      progress.failed("a block whose two lengths differ")
      return nil
    }
    return length
  }

  /// The file ends here, between two blocks or not.
  private func end(_ progress: inout CaptureFileProgress) {
    if let failure = window.failure {
      progress.failed("\(failure)")
    } else if window.available > 0 {
      progress.endedEarly()
    } else {
      progress.isOver = true
    }
  }

  private static func isPossible(_ length: Int, atLeast least: Int) -> Bool {
    length >= least && length % 4 == 0 && length <= blockLimit
  }
}

extension BlockReader {
  /// A section header block: nothing of the section before holds any more.
  private mutating func beginSection(_ length: Int, _ progress: inout CaptureFileProgress) {
    interfaces.removeAll(keepingCapacity: true)
    guard length >= 28, order.uint16(in: window.octets.span, at: window.start + 12) == 1 else {
      progress.failed("a section of an unknown version")
      return
    }
  }

  /// An interface description block.
  private mutating func addInterface(_ length: Int, _ progress: inout CaptureFileProgress) {
    let interface = CaptureInterface(
      parsing: window.octets.span.extracting(window.start..<(window.start + length)), order: order)
    guard let interface, interfaces.count < Self.interfaceLimit else {
      progress.damagedBlocks += 1
      return
    }
    interfaces.append(interface)
  }

  /// An enhanced packet block, or an obsolete packet block, which differs in its first word only.
  private mutating func readPacket(
    interface number: Int, _ length: Int, _ progress: inout CaptureFileProgress,
    _ body: CaptureFile.Body
  ) rethrows -> Bool {
    let start = window.start
    progress.frames += 1
    guard length >= 32, number < interfaces.count else { return progress.leaveOutBlock() }
    let captured = order.int(in: window.octets.span, at: start + 20)
    guard captured <= length - 32 else { return progress.leaveOutBlock() }
    let stamp =
      UInt64(order.uint32(in: window.octets.span, at: start + 12)) << 32
      | UInt64(order.uint32(in: window.octets.span, at: start + 16))
    moment = Moment(nanoseconds: interfaces[number].clock.nanoseconds(of: stamp))
    return try lend(
      (start + 28)..<(start + 28 + captured), of: interfaces[number],
      originalLength: order.int(in: window.octets.span, at: start + 24), &progress, body)
  }

  /// A simple packet block: of the first interface, without a time.
  private mutating func readSimplePacket(
    _ length: Int, _ progress: inout CaptureFileProgress, _ body: CaptureFile.Body
  ) rethrows -> Bool {
    let start = window.start
    progress.frames += 1
    guard length >= 16, let interface = interfaces.first else { return progress.leaveOutBlock() }
    let originalLength = order.int(in: window.octets.span, at: start + 8)
    var captured = originalLength
    if interface.snapLength > 0 { captured = min(captured, interface.snapLength) }
    guard captured <= length - 16 else { return progress.leaveOutBlock() }
    progress.framesWithoutTime += 1
    return try lend(
      (start + 12)..<(start + 12 + captured), of: interface, originalLength: originalLength,
      &progress, body)
  }

  private func lend(
    _ range: Range<Int>, of interface: CaptureInterface, originalLength: Int,
    _ progress: inout CaptureFileProgress, _ body: CaptureFile.Body
  ) rethrows -> Bool {
    guard let linkType = interface.linkType else {
      progress.leftOut(linkType: interface.number)
      return true
    }
    let header = CaptureFile.FrameHeader(
      number: progress.frames, moment: moment, linkType: linkType,
      originalLength: max(originalLength, range.count))
    return try body(header, window.octets.span.extracting(range))
  }
}
