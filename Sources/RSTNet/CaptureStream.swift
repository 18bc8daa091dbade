internal import CLinux
internal import Glibc

/// The octets of a capture file, in their order, as soon as they come.
struct CaptureStream: ~Copyable {
  /// The first four octets, in the order of the file; they are still to be read.
  let magic: UInt32
  /// How many octets there are; nil for what is no regular file.
  let size: Int?
  /// The system's reason why reading failed; nil where it did not.
  private(set) var failure: SystemFailure?

  private let descriptor: Int32
  /// How many octets of `magic` are still to be read.
  private var ahead = 4

  /// Octets that a C library's stream asks for at once.
  private static let bufferSize = 65_536

  /// Takes over a file that is open, and looks at its beginning.
  ///
  /// - Throws: `CaptureFileRefusal` where it has no four octets, or is compressed.
  init(_ input: consuming CaptureInput) throws(CaptureFileRefusal) {
    size = input.octetsTotal
    descriptor = input.release()
    do throws(CaptureFileRefusal) { magic = try Self.peek(descriptor) } catch {
      _ = CLinux.close(descriptor)
      throw error
    }
  }

  deinit { _ = CLinux.close(descriptor) }

  /// Reads into the free end of an array: what is there by now, or what comes next.
  ///
  /// - Parameters:
  ///   - octets: where to.
  ///   - start: the first place that is free.
  /// - Returns: How many octets came: 0 at the end and on failure.
  mutating func read(into octets: inout [UInt8], from start: Int) -> Int {
    guard ahead == 0 else {
      ahead -= 1
      octets[start] = UInt8(truncatingIfNeeded: magic >> UInt32(8 * ahead))
      return 1
    }
    switch Self.read(descriptor, into: &octets, from: start) {
    case .success(let count): return count
    case .failure(let failure):
      self.failure = failure
      return 0
    }
  }

  /// Hands the octets over as a C library's stream, with the buffer that has to live as long: libpcap
  /// reads from nothing else.
  ///
  /// - Throws: `CaptureFileRefusal` where there is no stream to be had.
  consuming func release() throws(CaptureFileRefusal) -> (
    UnsafeMutablePointer<FILE>, UnsafeMutablePointer<CChar>
  ) {
    guard let file = unsafe fdopen(descriptor, "rb") else {
      let refusal = Self.refusal(.last)
      _ = CLinux.close(descriptor)
      discard self
      throw refusal
    }
    // The C library takes the size of a buffer only together with the buffer.
    let buffer = UnsafeMutablePointer<CChar>.allocate(capacity: Self.bufferSize)
    unsafe setvbuf(file, buffer, _IOFBF, Self.bufferSize)
    for shift in [0, 8, 16, 24] as [UInt32] {
      unsafe ungetc(Int32(magic >> shift & 0xff), file)
    }
    discard self
    return unsafe (file, buffer)
  }

  private static func read(
    _ descriptor: Int32, into octets: inout [UInt8], from start: Int
  ) -> Result<Int, SystemFailure> {
    while true {
      let count = unsafe octets.withUnsafeMutableBytes { memory in
        let free = unsafe UnsafeMutableRawBufferPointer(rebasing: memory[start...])
        return unsafe CLinux.read(descriptor, free.baseAddress, free.count)
      }
      if count >= 0 { return .success(count) }
      let failure = SystemFailure.last
      if failure.number != EINTR { return .failure(failure) }
    }
  }

  /// Reads the first four octets.
  private static func peek(_ descriptor: Int32) throws(CaptureFileRefusal) -> UInt32 {
    var octets = [UInt8](repeating: 0, count: 4)
    var count = 0
    while count < 4 {
      switch read(descriptor, into: &octets, from: count) {
      case .failure(let failure): throw refusal(failure)
      case .success(0):
        throw count == 0 ? CaptureFileRefusal(text: "the file is empty") : .endsInHeader
      case .success(let more): count += more
      }
    }
    let magic = octets.reduce(0) { $0 << 8 | UInt32($1) }
    if let name = compression(magic) {
      throw CaptureFileRefusal(text: "the file is compressed: unpack it with \(name) first")
    }
    return magic
  }

  private static func compression(_ magic: UInt32) -> String? {
    switch magic {
    case 0x1f8b_0000...0x1f8b_ffff: "gzip"
    case 0x28b5_2ffd: "zstd"
    case 0xfd37_7a58: "xz"
    case 0x425a_6800...0x425a_68ff: "bzip2"
    case 0x0422_4d18: "lz4"
    default: nil
    }
  }

  private static func refusal(_ failure: SystemFailure) -> CaptureFileRefusal {
    CaptureFileRefusal(text: "\(failure)")
  }
}
