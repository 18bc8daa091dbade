import CPcap
import RSTWire

@testable import RSTNet

/// A filter in the form that the kernel runs, compiled and tried without an interface.
@safe final class CompiledFilter {
  private let program: bpf_program

  /// Compiles a filter.
  ///
  /// - Throws: `CaptureError` with `badFilter`.
  init(text: String, link: LinkType) throws {
    let number =
      switch link {
      case .ethernet: DLT_EN10MB
      case .raw: DLT_RAW
      case .linuxCooked: DLT_LINUX_SLL
      case .linuxCooked2: DLT_LINUX_SLL2
      case .loopback: DLT_NULL
      }
    guard let format = unsafe pcap_open_dead(number, 65535) else {
      throw CaptureError(code: .badFilter, text: "out of memory", activity: "compiling a filter")
    }
    defer { unsafe pcap_close(format) }
    var program = unsafe bpf_program()
    guard unsafe pcap_compile(format, &program, text, 1, PCAP_NETMASK_UNKNOWN) == 0 else {
      throw CaptureError(
        code: .badFilter, text: unsafe line(of: String(cString: pcap_geterr(format))),
        activity: "compiling a filter")
    }
    unsafe self.program = program
  }

  deinit {
    var program = unsafe program
    unsafe pcap_freecode(&program)
  }

  /// Whether a frame would be handed over.
  func accepts(_ octets: [UInt8]) -> Bool {
    var header = pcap_pkthdr()
    header.caplen = UInt32(octets.count)
    header.len = header.caplen
    var program = unsafe program
    return unsafe pcap_offline_filter(&program, &header, octets) != 0
  }
}
