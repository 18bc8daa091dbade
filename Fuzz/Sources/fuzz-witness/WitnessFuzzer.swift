import FuzzDriver
import RSTArchive
import RSTCore
import RSTReport

/// Records of a witness.
@main struct WitnessFuzzer {
  static func main() { FuzzDriver.run(broken) }

  private static func broken(_ input: [UInt8]) -> String? {
    _ = WitnessReader.isWhole(input[...])
    let log: WitnessLog
    do throws(WitnessReader.Mistake) { log = try WitnessReader.log(input) } catch {
      return error.line >= 1 && FuzzDriver.isShowable(error.description) ? nil : "\(error)"
    }
    if let tail = log.tail,
      tail.segments != log.segments.count || tail.kernelResets != log.kernelResets.count
    {
      return "an end that counts otherwise"
    }
    let text = text(of: log)
    guard FuzzDriver.isShowable(text) else { return "a word that acts on a terminal" }
    let octets = Array(text.utf8)
    guard WitnessReader.isWhole(octets[...]) == (log.tail != nil) else { return "the end" }
    do throws(WitnessReader.Mistake) {
      var again = try WitnessReader.log(octets)
      // Written in milliseconds.
      again.head.duration = log.head.duration
      return again == log ? nil : "written, it is read as \(again)"
    } catch {
      return "written, it is refused: \(error)"
    }
  }

  private static func text(of log: WitnessLog) -> String {
    WitnessLine.text(log.head)
      + log.segments.map { WitnessLine.text($0, log.head) }.joined()
      + log.kernelResets.map { WitnessLine.text($0, log.head) }.joined()
      + (log.tail.map { WitnessLine.text($0, log.head) } ?? "")
  }
}
