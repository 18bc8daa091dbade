internal import CLinux
internal import Glibc

/// The octets of a capture file, in their order.
///
/// A C library's stream, since libpcap reads from nothing else.
@safe struct CaptureStream: ~Copyable {
  /// The first four octets, in the order of the file; they are still to be read.
  let magic: UInt32
  /// How many octets there are; nil for what is no regular file.
  let size: Int?

  private let file: UnsafeMutablePointer<FILE>
  private let buffer: UnsafeMutablePointer<CChar>

  /// Octets that are asked for at once.
  ///
  /// Reading more than that goes past the stream's buffer.
  static let bufferSize = 65_536

  /// Opens a file; "-" is standard input.
  ///
  /// - Throws: `CaptureFileRefusal` where it cannot be opened, has no four octets, or is compressed.
  init(path: String) throws(CaptureFileRefusal) {
    let number: Int32
    if path == "-" {
      guard isatty(STDIN_FILENO) == 0 else {
        throw CaptureFileRefusal(text: "it is a terminal, not a capture file")
      }
      number = dup(STDIN_FILENO)
    } else {
      guard !path.utf8.contains(0) else { throw Self.refusal(SystemFailure(number: ENOENT)) }
      number = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
    }
    guard number >= 0 else { throw Self.refusal(.last) }
    var status = stat()
    _ = unsafe fstat(number, &status)
    let kind = status.st_mode & 0o170000
    guard kind != 0o040000, let file = unsafe fdopen(number, "rb") else {
      let failure = kind == 0o040000 ? SystemFailure(number: EISDIR) : SystemFailure.last
      _ = CLinux.close(number)
      throw Self.refusal(failure)
    }
    // The C library takes the size of a buffer only together with the buffer.
    let buffer = UnsafeMutablePointer<CChar>.allocate(capacity: Self.bufferSize)
    unsafe setvbuf(file, buffer, _IOFBF, Self.bufferSize)
    do throws(CaptureFileRefusal) {
      magic = try unsafe Self.peek(file)
    } catch {
      unsafe Self.close(file, buffer)
      throw error
    }
    size = kind == 0o100000 ? Int(status.st_size) : nil
    unsafe self.file = file
    unsafe self.buffer = buffer
  }

  deinit { unsafe Self.close(file, buffer) }

  /// Reads into the free end of an array.
  ///
  /// - Parameters:
  ///   - octets: where to.
  ///   - start: the first place that is free.
  /// - Returns: How many octets came: 0 at the end and on failure.
  mutating func read(into octets: inout [UInt8], from start: Int) -> Int {
    unsafe octets.withUnsafeMutableBytes { memory in
      let free = unsafe UnsafeMutableRawBufferPointer(rebasing: memory[start...])
      return unsafe fread(free.baseAddress, 1, free.count, file)
    }
  }

  /// The system's reason why reading failed; nil where it did not.
  var failure: SystemFailure? {
    guard unsafe ferror(file) != 0 else { return nil }
    let number = rst_errno()
    return SystemFailure(number: number == 0 ? EIO : number)
  }

  /// Hands the stream over, with the buffer that has to live as long.
  consuming func release() -> (UnsafeMutablePointer<FILE>, UnsafeMutablePointer<CChar>) {
    let pair = unsafe (file, buffer)
    discard self
    return unsafe pair
  }

  /// Reads the first four octets and puts them back.
  private static func peek(
    _ file: UnsafeMutablePointer<FILE>
  ) throws(CaptureFileRefusal) -> UInt32 {
    var magic: UInt32 = 0
    var count = 0
    while count < 4 {
      let octet = unsafe getc(file)
      guard octet != EOF else { break }
      magic = magic << 8 | UInt32(truncatingIfNeeded: octet)
      count += 1
    }
    guard count == 4 else {
      if unsafe ferror(file) != 0 { throw refusal(.last) }
      throw count == 0 ? CaptureFileRefusal(text: "the file is empty") : .endsInHeader
    }
    if let name = compression(magic) {
      throw CaptureFileRefusal(text: "the file is compressed: unpack it with \(name) first")
    }
    for shift in [0, 8, 16, 24] as [UInt32] {
      guard unsafe ungetc(Int32(magic >> shift & 0xff), file) != EOF else { throw .noCapture }
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

  private static func close(
    _ file: UnsafeMutablePointer<FILE>, _ buffer: UnsafeMutablePointer<CChar>
  ) {
    unsafe fclose(file)
    unsafe buffer.deallocate()
  }
}
