internal import Glibc

/// libFuzzer's loop around a trial in Swift.
///
/// LLVM's documentation, "libFuzzer", section "Using libFuzzer as a library".
public enum FuzzDriver {
  /// Gives an input to what is tested; returns which invariant it broke, nil where none.
  public typealias Trial = ([UInt8]) -> String?

  /// libFuzzer's callback takes no context; there is one thread, and one trial in a program.
  nonisolated(unsafe) private static var trial: Trial = { _ in nil }

  /// Runs the loop with the program's arguments, and ends the program with its status.
  public static func run(_ trial: @escaping Trial) -> Never {
    unsafe Self.trial = trial
    var count = CommandLine.argc
    var words = unsafe CommandLine.unsafeArgv
    let status = unsafe runDriver(&count, &words) { start, count in
      let octets = unsafe Array(UnsafeBufferPointer(start: start, count: count))
      guard let broken = unsafe FuzzDriver.trial(octets) else { return 0 }
      // A trap, so that libFuzzer keeps the input as it does for any other crash.
      fatalError("broken: \(broken)")
    }
    exit(status)
  }

  /// Whether a text can be shown: no controls but line ends, nothing that turns writing around.
  public static func isShowable(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy { scalar in
      if scalar.isASCII { return scalar == "\n" || (0x20...0x7e).contains(scalar.value) }
      return switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: false
      default: true
      }
    }
  }
}

@_silgen_name("LLVMFuzzerRunDriver") private func runDriver(
  _ count: UnsafeMutablePointer<CInt>,
  _ words: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ callback: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt
