import FuzzDriver
import Glibc
import RSTCore
import RSTNet
import RSTWire

/// Whole capture files, pcap and pcapng, as `CaptureFile` opens them: they lie in memory, under a name
/// that the kernel gives.
@main struct CaptureFuzzer {
  static func main() {
    let descriptor = unsafe memfd("capture", 0)
    guard descriptor >= 0 else { fatalError("no file in memory") }
    let path = "/proc/self/fd/\(descriptor)"
    FuzzDriver.run { input in
      put(input, into: descriptor)
      return broken(path, size: input.count)
    }
  }

  private static func put(_ octets: [UInt8], into descriptor: Int32) {
    guard ftruncate(descriptor, 0) == 0,
      unsafe pwrite(descriptor, octets, octets.count, 0) == octets.count
    else { fatalError("the file in memory cannot be written") }
  }

  private static func broken(_ path: String, size: Int) -> String? {
    var file: CaptureFile
    do throws(CaptureError) { file = try CaptureFile(path: path) } catch {
      return FuzzDriver.isShowable(error.description) ? nil : "what is said of a refused file"
    }
    var reader = CapturedFrameReader()
    var (last, found) = (0, String?.none)
    func isRight(_ header: CaptureFile.FrameHeader, _ octets: Span<UInt8>) -> Bool {
      if header.number <= last { found = "frame \(header.number) behind \(last)" }
      if header.originalLength < octets.count { found = "a frame longer than it was" }
      if octets.count > size { found = "a frame longer than the file" }
      last = header.number
      reader.read(
        link: header.linkType, octets: octets, originalLength: header.originalLength,
        at: header.moment.nanoseconds
      ) { frame, octets in
        if case .segment(_, let place) = frame, Packet(place, of: octets)?.tcp == nil {
          found = "a segment that is not there"
        }
      }
      return found == nil
    }
    // One frame first, then the rest: reading goes on where it stopped.
    file.forEachFrame { header, octets in
      _ = isRight(header, octets)
      return false
    }
    if found == nil { file.forEachFrame(isRight) }
    if let found { return found }
    if file.frames < last { return "fewer frames than were given" }
    if file.octetsRead > size { return "more octets than there are" }
    if file.octetsTotal != size { return "another size" }
    if file.notes.count > 32 { return "\(file.notes.count) notes" }
    for note in file.notes where !FuzzDriver.isShowable(note.description) { return "\(note)" }
    let before = (file.frames, file.notes)
    file.forEachFrame { _, _ in
      found = "a frame behind the end"
      return true
    }
    return before == (file.frames, file.notes) ? found : "another end"
  }
}

/// memfd_create(2), which glibc declares under _GNU_SOURCE only.
@_silgen_name("memfd_create") private func memfd(
  _ name: UnsafePointer<CChar>, _ flags: UInt32
) -> Int32
