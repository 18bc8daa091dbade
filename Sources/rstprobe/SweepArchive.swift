internal import RSTArchive
internal import RSTCore
internal import RSTNet
internal import RSTWire

/// The files beside standard output that a sweep writes its results to.
final class SweepArchive {
  private let store: SweepStore?
  private let xml: (document: NmapXML, file: AppendedFile)?

  /// Opens what was asked for; nil where nothing was.
  ///
  /// - Throws: `Failure` where a file cannot be made.
  init?(
    _ settings: SweepSettings, record: SweepStore.Sweep, continues: Bool
  ) throws(Failure) {
    guard settings.xml != nil || settings.store != nil else { return nil }
    do throws(SweepStore.Failure) {
      store = try settings.store.map { path throws(SweepStore.Failure) in
        try SweepStore(path: path, record: record, continues: continues)
      }
    } catch {
      throw Failure(message: error.description, status: .usage)
    }
    guard let path = settings.xml else {
      xml = nil
      return
    }
    let document = NmapXML(started: Int(record.started))
    do throws(SystemFailure) {
      let file = try AppendedFile(path: path)
      try file.write(document.head(arguments: CommandLine.arguments.joined(separator: " ")))
      xml = (document, file)
    } catch {
      throw Failure(message: "cannot write \(path): \(error)", status: .usage)
    }
  }

  /// Writes results.
  func add(
    _ results: some Collection<SweepResult>, names: [IPAddress: String]
  ) throws(Failure) {
    do {
      try store?.add(results, names: names)
      if let xml { try xml.file.write(try xml.document.hosts(results, names: names)) }
    } catch {
      throw Failure(message: "\(error)", status: .usage)
    }
  }

  /// Ends the files.
  func finish(at seconds: Int, hosts: UInt64) throws(Failure) {
    do throws(SystemFailure) {
      try xml?.file.write(xml?.document.tail(finished: seconds, hosts: hosts) ?? "")
    } catch {
      throw Failure(message: "cannot end the XML file: \(error)", status: .usage)
    }
  }
}
