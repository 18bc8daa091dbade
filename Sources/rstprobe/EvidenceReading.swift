internal import RSTBundle
internal import RSTCore
internal import RSTNet
internal import RSTWire

/// Reads a capture file once more, for the frames of a bundle.
struct EvidenceReading {
  /// The frames that were wanted, in the order of the file.
  let frames: [EvidenceBundle.Frame]
  /// How many were left out, since there were too many.
  let left: Int

  /// Reads.
  ///
  /// - Parameters:
  ///   - file: The file that was explained, from its beginning.
  ///   - selection: What is wanted of it.
  init(_ file: consuming CaptureFile, _ selection: CaptureSelection) {
    var reader = CapturedFrameReader()
    var selection = selection
    var frames: [EvidenceBundle.Frame] = []
    file.forEachFrame { header, octets in
      var isWanted = false
      let length = octets.count
      reader.read(
        link: header.linkType, octets: octets, originalLength: header.originalLength,
        at: header.moment.nanoseconds
      ) { frame, _ in
        isWanted = selection.wants(
          frame, number: header.number, at: header.moment, octets: length)
      }
      if isWanted {
        frames.append(
          EvidenceBundle.Frame(
            number: header.number, moment: header.moment, linkType: header.linkType,
            originalLength: header.originalLength, octets: octets.indices.map { octets[$0] }))
      }
      return true
    }
    self.frames = frames
    left = selection.left
  }
}
