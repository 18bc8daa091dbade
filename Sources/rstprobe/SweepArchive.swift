internal import RSTArchive
internal import RSTCore
internal import RSTNet
internal import RSTWire

/// The files beside standard output that a sweep writes its results to.
final class SweepArchive {
  private let store: SweepStore?
  private let xml: (document: NmapXML, file: AppendedFile)?
  /// How long the XML file was before the results that were written last.
  private var settled = 0

  /// Opens what was asked for; nil where nothing was.
  ///
  /// - Parameters:
  ///   - settings: The files.
  ///   - record: What is kept of the sweep.
  ///   - said: How many targets an earlier run said, where this one goes on; the files have to hold
  ///     them.
  /// - Throws: `Failure` where a file cannot be made, or gone on with.
  init?(
    _ settings: SweepSettings, record: SweepStore.Sweep, said: UInt64?
  ) throws(Failure) {
    guard settings.xml != nil || settings.store != nil else { return nil }
    let count: Int?
    do throws(ArchiveFailure) {
      store = try settings.store.map { path throws(ArchiveFailure) in
        try SweepStore(path: path, record: record, continues: said != nil)
      }
      count = try store?.count()
    } catch {
      throw Failure(message: error.description, status: .usage)
    }
    if let said, let count, count < said {
      throw Failure(
        message:
          "--store holds \(count) of the \(said) targets that this sweep said before; give the "
          + "database of the earlier run, or leave --store out", status: .usage)
    }
    xml = try settings.xml.map { path throws(Failure) in
      try Self.open(path, record, continues: (said ?? 0) > 0)
    }
    settled = xml?.file.count ?? 0
  }

  private static func open(
    _ path: String, _ record: SweepStore.Sweep, continues: Bool
  ) throws(Failure) -> (NmapXML, AppendedFile) {
    let document = NmapXML(
      started: Int(record.started), identity: "\(record.identity) \(record.shard)")
    do throws(SystemFailure) {
      let file =
        continues
        ? try AppendedFile(
          continuing: path, beginning: document.beginning, cutBehind: NmapXML.hostEnd)
        : try AppendedFile(path: path)
      if let file {
        if file.count == 0 {
          try file.write(document.head(arguments: CommandLine.arguments.joined(separator: " ")))
        }
        return (document, file)
      }
    } catch {
      throw Failure(message: "cannot write \(path): \(error)", status: .usage)
    }
    throw Failure(
      message: "\(path) does not hold the earlier part of this sweep; give the file of the earlier "
        + "run, or leave --nmap-xml out", status: .usage)
  }

  /// Writes results: all of them to each file, or none to the XML.
  func add(
    _ results: some Collection<SweepResult>, names: [IPAddress: String]
  ) throws(Failure) {
    settled = xml?.file.count ?? 0
    do {
      if let xml { try xml.file.write(try xml.document.hosts(results, names: names)) }
      try store?.add(results, names: names)
    } catch {
      try? xml?.file.cut(to: settled)
      throw Failure(message: "\(error)", status: .usage)
    }
  }

  /// Keeps only some of the results that were written last: the others will be said again.
  ///
  /// The database replaces what is there already.
  func keep(
    _ results: some Collection<SweepResult>, names: [IPAddress: String]
  ) throws(Failure) {
    guard let xml else { return }
    do {
      try xml.file.cut(to: settled)
      try xml.file.write(try xml.document.hosts(results, names: names))
    } catch {
      throw Failure(message: "cannot write the XML file: \(error)", status: .usage)
    }
  }

  /// Ends the files.
  func finish(at seconds: Int, hosts: UInt64, isComplete: Bool) throws(Failure) {
    guard let xml else { return }
    do throws(SystemFailure) {
      try xml.file.write(
        xml.document.tail(finished: seconds, hosts: hosts, isComplete: isComplete))
    } catch {
      throw Failure(message: "cannot end the XML file: \(error)", status: .usage)
    }
  }
}
