import RSTCore
import RSTNet
import RSTTestSupport
import RSTWire
import Testing

@Suite struct CaptureBlockTests {
  private static let frame: [UInt8] = [0x45, 1, 2, 3, 4]

  private func file(
    isBigEndian: Bool = false, _ add: (inout CaptureFileSamples) -> Void
  ) throws -> CaptureFileContents {
    var file = CaptureFileSamples(isBigEndian: isBigEndian)
    file.addSection()
    add(&file)
    return try CaptureFileContents(file.octets)
  }

  @Test(arguments: [false, true])
  func `every block with a frame is read in both byte orders`(isBigEndian: Bool) throws {
    let contents = try file(isBigEndian: isBigEndian) { file in
      file.addInterface(101, snapLength: 3)
      file.addInterface(1, snapLength: 100)
      file.addPacket(Self.frame, options: [0, 1, 0, 0])
      file.addPacket([7], interface: 1, stamp: 5_000_000, type: 2, originalLength: 90)
      file.addSimplePacket([1, 2, 3], originalLength: 60)
    }
    #expect(contents.frames == [Self.frame, [7], [1, 2, 3]])
    #expect(contents.headers.map(\.number) == [1, 2, 3])
    #expect(contents.headers.map(\.linkType) == [.raw, .ethernet, .raw])
    #expect(contents.headers.map(\.originalLength) == [5, 90, 60])
    #expect(contents.moments == [1_000_002_000, 5_000_000_000, 5_000_000_000])
    #expect(contents.notes == [.noTime(frames: 1)])
    #expect(contents.octetsRead == contents.octetsTotal)
  }

  @Test func `interfaces of different link types are read, unknown ones counted`() throws {
    let types: [(UInt16, LinkType?)] = [
      (1, .ethernet), (101, .raw), (113, .linuxCooked), (276, .linuxCooked2), (0, .loopback),
      (108, .loopback), (228, .raw), (229, .raw), (105, nil), (65_535, nil),
    ]
    let contents = try file { file in
      for (type, _) in types { file.addInterface(type) }
      for round in 0..<2 {
        for index in types.indices {
          file.addPacket([UInt8(round), UInt8(index)], interface: UInt32(index))
        }
      }
    }
    let known = types.compactMap(\.1)
    #expect(contents.headers.map(\.linkType) == known + known)
    #expect(contents.headers.map(\.number) == Array(1...8) + Array(11...18))
    #expect(contents.count == 20)
    #expect(
      contents.notes == [
        .unknownLinkType(name: "IEEE802_11 (105)", frames: 2),
        .unknownLinkType(name: "65535", frames: 2),
      ])
  }

  @Test(
    arguments: [
      ([], 0x1_0000_0001, 4_294_967_297_000), ([(9, [6])], 1_000_001, 1_000_001_000),
      ([(9, [9])], 1_700_000_000_123_456_789, 1_700_000_000_123_456_789),
      ([(9, [0])], 3, 3_000_000_000),
      ([(9, [3])], 1_500, 1_500_000_000), ([(9, [12])], 1_999, 1), ([(9, [28])], .max, 1),
      ([(9, [127])], .max, 0), ([(9, [0x80])], 2, 2_000_000_000),
      ([(9, [0x80 | 10])], 1_536, 1_500_000_000), ([(9, [0xff])], .max, 0),
      ([(9, [0])], .max, .max), ([(9, [0x80])], .max, .max),
      // An offset in seconds, also before 1970; options that say nothing; a wrong length.
      ([(14, [10, 0, 0, 0, 0, 0, 0, 0])], 5, 10_000_005_000),
      ([(14, [UInt8](repeating: 0xff, count: 8)), (9, [9])], 5, -999_999_995),
      ([(14, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f])], 5, .max),
      ([(14, [0, 0, 0, 0, 0, 0, 0, 0x80])], 5, .min), ([(2, [1, 2, 3, 4, 5]), (9, [9])], 7, 7),
      ([(9, [9, 9])], 7, 7000), ([(0, []), (9, [9])], 7, 7000),
    ] as [([(UInt16, [UInt8])], UInt64, Int64)])
  func `resolutions and offsets of time stamps are followed`(
    options: [(UInt16, [UInt8])], stamp: UInt64, expected: Int64
  ) throws {
    let contents = try file { file in
      file.addInterface(options: options)
      file.addPacket(Self.frame, stamp: stamp)
    }
    #expect(contents.moments == [expected])
  }

  @Test func `a section has interfaces and a byte order of its own`() throws {
    var file = CaptureFileSamples()
    file.addSection()
    file.addInterface(1)
    file.addInterface(101)
    file.addPacket([1], interface: 1)
    file.isBigEndian = true
    file.addSection(options: [0, 3, 0, 1, 0x41, 0, 0, 0, 0, 0, 0, 0])
    file.addInterface(113, options: [(9, [9])])
    file.addPacket([2], stamp: 77)
    file.addPacket([3], interface: 1)
    file.isBigEndian = false
    file.addSection()
    file.addPacket([4])
    let contents = try CaptureFileContents(file.octets)
    #expect(contents.frames == [[1], [2]])
    #expect(contents.headers.map(\.linkType) == [.raw, .linuxCooked])
    #expect(contents.moments == [1_000_002_000, 77])
    #expect(contents.count == 4)
    #expect(contents.notes == [.damagedBlocks(count: 2)])
  }

  @Test func `blocks of no interest are gone past, an entry of a journal takes a number`() throws {
    let contents = try file { file in
      file.addInterface()
      for type in [4, 5, 10, 0xbad, 0x4000_0bad, 0xffff_ffff] as [UInt32] {
        file.addBlock(type, [1, 2, 3])
      }
      file.addBlock(0x7fff_ffff, [])
      file.addPacket([1])
      file.addBlock(9, Array("MESSAGE=hello".utf8))
      file.addPacket([2])
    }
    #expect(contents.headers.map(\.number) == [1, 3])
    #expect(contents.notes.isEmpty)
  }

  @Test func `blocks that contradict themselves are counted, those around them are read`() throws {
    let contents = try file { file in
      file.addBlock(1, [101, 0, 0, 0])
      file.addBlock(3, [1, 0, 0, 0, 9])
      file.addInterface(options: [(9, [9])])
      file.addPacket([1])
      // Too short for its fixed part; longer inside than outside; of no interface.
      file.addBlock(6, [0, 0, 0, 0])
      file.addBlock(6, [UInt8](repeating: 0, count: 12) + [2, 0, 0, 0, 2, 0, 0, 0])
      file.addBlock(3, [9, 0, 0, 0, 1, 2, 3, 4])
      file.addPacket([2], interface: 1)
      file.addPacket([3])
    }
    #expect(contents.frames == [[1], [3]])
    #expect(contents.headers.map(\.number) == [2, 7])
    #expect(contents.notes == [.damagedBlocks(count: 6)])
  }

  @Test(
    arguments: [
      (6, 0, 8, "8 octets"), (6, 0, 13, "13 octets"), (6, 0, 0x0400_0004, "67108868 octets"),
      (6, 4, 16, "two lengths differ"),
    ] as [(UInt32, Int, UInt32, String)])
  func `a length that cannot be ends the reading`(
    type: UInt32, at: Int, length: UInt32, reason: String
  ) throws {
    let contents = try file { file in
      file.addInterface()
      file.addPacket([1])
      let start = file.octets.count
      file.addBlock(type, [0, 0, 0, 0])
      let place = at == 0 ? start + 4 : file.octets.count - 4
      let octets = CaptureFileSamples.octets(of: at == 0 ? length : length + 4, false)
      file.octets.replaceSubrange(place..<(place + 4), with: octets)
      file.octets += [UInt8](repeating: 0, count: 100)
    }
    #expect(contents.frames == [[1]])
    guard case .unreadable(afterFrame: 1, let text) = contents.notes.first else {
      Issue.record("\(contents.notes)")
      return
    }
    #expect(text.contains(reason))
  }

  @Test func `a block that claims more than there is takes no more memory than there is`() throws {
    let contents = try file { file in
      file.addInterface()
      file.addPacket([1])
      file.add(6 as UInt32)
      file.add(64 << 20 as UInt32)
      file.octets += [UInt8](repeating: 0, count: 100)
    }
    #expect(contents.frames == [[1]])
    #expect(contents.notes == [.endsEarly(afterFrame: 1)])
  }

  @Test func `blocks longer than what is read at once are read`() throws {
    let sizes = [100, 262_133, 262_144, 1_000_000, 3, 900_000, 40]
    let frames = sizes.map { size in (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) } }
    let contents = try file { file in
      file.addInterface()
      for frame in frames { file.addPacket(frame) }
    }
    #expect(contents.frames == frames)
    #expect(contents.notes.isEmpty)
  }

  @Test func `versions and byte orders that are not known are refused or end the reading`() throws {
    var file = CaptureFileSamples()
    file.addSection(version: 2)
    let octets = file.octets
    let error = #expect(throws: CaptureError.self) { _ = try CaptureFileContents(octets) }
    #expect(error?.text == "version 2 of pcapng is not known")
    var damaged = octets
    damaged[8] = 0
    #expect(throws: CaptureError.self) { _ = try CaptureFileContents(damaged) }

    for place in [8, 12] {
      let contents = try self.file { file in
        file.addInterface()
        file.addPacket([1])
        let start = file.octets.count
        file.addSection()
        file.octets[start + place] = 9
        file.addInterface()
        file.addPacket([2])
      }
      #expect(contents.frames == [[1]])
      guard case .unreadable(afterFrame: 1, _) = contents.notes.first else {
        Issue.record("\(contents.notes)")
        return
      }
    }
  }

  @Test func `cut anywhere, a file gives what came before, and says so`() throws {
    var file = CaptureFileSamples()
    file.addSection()
    let header = file.octets.count
    var ends: [(octets: Int, frames: Int)] = [(header, 0)]
    func mark(_ frames: Int) { ends.append((file.octets.count, frames)) }
    file.addInterface(options: [(9, [9])])
    mark(0)
    file.addPacket(Self.frame)
    mark(1)
    file.addSimplePacket(Self.frame)
    mark(2)
    file.addPacket(Self.frame, type: 2)
    mark(3)
    file.addBlock(5, [1, 2, 3, 4])
    mark(3)
    for length in 0...file.octets.count {
      let cut = Array(file.octets.prefix(length))
      guard length >= header else {
        #expect(throws: CaptureError.self) { _ = try CaptureFileContents(cut) }
        continue
      }
      let contents = try CaptureFileContents(cut)
      let whole = ends.last { $0.octets <= length }?.frames ?? 0
      #expect(contents.frames.count == whole)
      let isWhole = ends.contains { $0.octets == length }
      #expect(contents.notes.contains(.endsEarly(afterFrame: whole)) == !isWhole)
    }
  }

  @Test func `damage anywhere is no crash, and no frame is longer than the file`() throws {
    var file = CaptureFileSamples()
    file.addSection()
    file.addInterface(options: [(9, [9]), (14, [0, 0, 0, 0, 0, 0, 0, 0])])
    file.addInterface(1)
    for index in 0..<6 as Range<UInt32> {
      file.addPacket(Self.frame, interface: index % 2, type: index == 3 ? 2 : 6)
      file.addSimplePacket(Self.frame)
    }
    var records = CaptureFileSamples()
    records.addHeader()
    for _ in 0..<12 { records.addRecord(Self.frame) }
    var generator = SeededGenerator(seed: 0x7063_6170)
    let telling: [UInt8] = [0, 1, 2, 3, 4, 6, 9, 12, 13, 16, 20, 28, 32, 0x7f, 0x80, 0xff]
    var read = 0
    for round in 0..<3000 {
      var octets = round % 4 == 0 ? records.octets : file.octets
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        let place = Int.random(in: 0..<octets.count, using: &generator)
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: octets[place] = telling.randomElement(using: &generator) ?? 0
        case 1: octets[place] ^= 1 << UInt8.random(in: 0...7, using: &generator)
        case 2:
          let end = min(octets.count, place + Int.random(in: 1...16, using: &generator))
          octets.removeSubrange(place..<end)
        default: octets.insert(contentsOf: octets[place...].prefix(12), at: place)
        }
        if octets.isEmpty { break }
      }
      guard let contents = try? CaptureFileContents(octets) else { continue }
      read += 1
      #expect(contents.frames.allSatisfy { $0.count <= octets.count })
      #expect(contents.count <= octets.count / 12)
      #expect(contents.headers.allSatisfy { $0.originalLength >= 0 })
      #expect(contents.notes.count <= 20)
    }
    #expect(read > 1000)
  }
}
