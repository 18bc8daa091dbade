internal import RSTCore
internal import RSTNet
internal import RSTReport
internal import RSTWire

/// Where results go: lines on standard output, and the files that were asked for.
///
/// A result counts as said once it stands in all of them; what a full disk keeps from being written is
/// given back, so that a sweep that goes on says it again.
struct SweepOutput {
  private let line: SweepLine
  private let names: [IPAddress: String]
  private let sources: [AddressFamily: String]
  private let archive: SweepArchive?
  private var octets: [UInt8] = []
  private var ends: [Int] = []
  private var waiting: [SweepResult] = []
  /// Why no more can be written.
  private(set) var failure: String?
  /// Whether that nobody reads any more is the reason, which is the reader's own choice.
  private(set) var isUnread = false
  /// Results whose lines do not stand there.
  private(set) var unwritten: [SweepResult] = []

  /// Lines are written together once they are so many octets.
  private static let block = 1 << 16

  init(
    _ context: SweepLine.Context, names: [IPAddress: String], vantages: [Vantage],
    archive: SweepArchive?
  ) {
    line = SweepLine(context)
    self.names = names
    self.archive = archive
    sources = Dictionary(
      vantages.map { ($0.source.family, "\($0.source)") }, uniquingKeysWith: { first, _ in first })
  }

  /// Takes a result.
  mutating func add(_ result: SweepResult) {
    guard failure == nil else {
      unwritten.append(result)
      return
    }
    let address = result.endpoint.address
    line.write(
      result, name: names[address] ?? "\(address)", source: sources[address.family] ?? "",
      to: &octets)
    ends.append(octets.count)
    waiting.append(result)
    if octets.count >= Self.block { flush() }
  }

  /// Writes what waits.
  mutating func flush() {
    guard !octets.isEmpty, failure == nil else { return }
    do throws(Failure) {
      // The files first: what does not fit into them is taken away again, lines in a pipe are not.
      try archive?.add(waiting, names: names)
      let (lines, refusal) = StandardStream.write(lines: octets, ends: ends)
      if let refusal {
        failure = "cannot write to standard output: \(refusal)"
        isUnread = refusal.isBrokenPipe
        unwritten += waiting[lines...]
        try archive?.keep(waiting[..<lines], names: names)
      }
    } catch {
      if failure == nil { unwritten += waiting }
      failure = failure.map { "\($0); \(error.message)" } ?? error.message
    }
    octets.removeAll(keepingCapacity: true)
    ends.removeAll(keepingCapacity: true)
    waiting.removeAll(keepingCapacity: true)
  }
}
