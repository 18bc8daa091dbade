import FuzzDriver
import RSTArchive
import RSTCore

/// What sweeps leave: lines that are joined, or the file from which one goes on.
@main struct SweepFuzzer {
  static func main() { FuzzDriver.run(broken) }

  private static func broken(_ input: [UInt8]) -> String? {
    if let snapshot = try? SweepSnapshot(parsing: input), snapshot.encoded() != input {
      return "a snapshot that is written differently"
    }
    var join = SweepJoin(room: 1 << 16)
    var (new, repeated, refused) = (0, 0, 0)
    for line in input.split(separator: 0x0a) {
      guard let record = SweepRecord(line) else { continue }
      let kind = join.add(
        record.endpoint, record.port, record.responder, source: record.source,
        sweep: record.sweep, shard: record.shard, place: record.place, targets: record.targets)
      switch kind {
      case .new: new += 1
      case .repeated: repeated += 1
      case .refused: refused += 1
      }
    }
    let parts = join.parts
    if parts.reduce(0, { $0 + $1.repeated }) != repeated { return "repetitions" }
    if parts.reduce(0, { $0 + $1.targets }) > 1 << 16 { return "more targets than there is room" }
    for part in parts {
      if part.known > part.targets || Int(part.known) > new { return "known: \(part)" }
      if part.gaps.count > SweepJoin.mostGaps { return "\(part.gaps.count) gaps" }
      if part.gaps.contains(where: { $0.isEmpty || $0.upperBound > part.targets }) {
        return "gaps: \(part.gaps)"
      }
      if part.gaps.isEmpty != (part.missing == 0) { return "nothing missing, and a gap" }
    }
    for difference in join.differences where difference.views.count < 2 {
      return "a difference of one view"
    }
    return nil
  }
}
