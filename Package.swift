// swift-tools-version: 6.2
import PackageDescription

/// Every Swift target is built alike: language mode 6, strict memory safety, and imports that show
/// what a target really uses.
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .strictMemorySafety(),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// The same, optimised in debug builds too; what is asserted is still checked.
let optimised: [SwiftSetting] =
  strict + [.unsafeFlags(["-O", "-assert-config", "Debug"], .when(configuration: .debug))]

/// What is to be optimised for the tests: with any value what is simulated, with `all` the rules too.
let fast = Context.environment["RSTPROBE_FAST_TESTS"]
/// What thousands of simulated exchanges run through.
let simulated = fast == nil ? strict : optimised
/// RSTCore takes longer to optimise than its tests gain, unless a sanitizer slows them down.
let rules = fast == "all" ? optimised : strict

let package = Package(
  name: "rstprobe",
  products: [
    .executable(name: "rstprobe", targets: ["rstprobe"]),
    .library(name: "RSTWire", targets: ["RSTWire"]),
    .library(name: "RSTCore", targets: ["RSTCore"]),
    .library(name: "RSTEngine", targets: ["RSTEngine"]),
    .library(name: "RSTNet", targets: ["RSTNet"]),
    .library(name: "RSTReport", targets: ["RSTReport"]),
    .library(name: "RSTAudit", targets: ["RSTAudit"]),
    .library(name: "RSTBundle", targets: ["RSTBundle"]),
    .library(name: "RSTDoctor", targets: ["RSTDoctor"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
    .package(url: "https://github.com/CoreOffice/XMLCoder", from: "0.18.0"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.0"),
    .package(url: "https://github.com/swhitty/FlyingFox", from: "0.27.1"),
  ],
  targets: [
    .systemLibrary(name: "CPcap", providers: [.apt(["libpcap-dev"])]),
    .systemLibrary(name: "CLibnet", providers: [.apt(["libnet1-dev"])]),
    .systemLibrary(name: "CSeccomp", providers: [.apt(["libseccomp-dev"])]),
    .systemLibrary(name: "CLinux"),

    .target(name: "RSTWire", swiftSettings: simulated),
    .target(
      name: "RSTCore", dependencies: ["RSTWire"],
      resources: [
        .embedInCode("Fingerprint/KnownStacks.txt"), .embedInCode("Idle/KnownTimeouts.txt"),
        .embedInCode("Interference/KnownInjectors.txt"),
      ], swiftSettings: rules),
    .target(name: "RSTEngine", dependencies: ["RSTCore", "RSTWire"], swiftSettings: simulated),
    .target(
      name: "RSTNet",
      dependencies: ["RSTWire", "RSTCore", "RSTEngine", "CPcap", "CLibnet", "CSeccomp", "CLinux"],
      swiftSettings: strict),
    .target(name: "RSTReport", dependencies: ["RSTCore", "RSTWire"], swiftSettings: strict),
    // What an audit needs of other people's code: YAML and XML, and Foundation with them.
    .target(
      name: "RSTAudit",
      dependencies: [
        "RSTCore", "RSTReport", .product(name: "Yams", package: "Yams"),
        .product(name: "XMLCoder", package: "XMLCoder"),
      ],
      swiftSettings: strict),
    // What this machine's rules say, as nft writes them: JSON, and Foundation with it.
    .target(name: "RSTDoctor", dependencies: ["RSTCore", "RSTWire"], swiftSettings: strict),
    // What is kept in files of other programs' making: SQLite and nmap's XML.
    .target(
      name: "RSTArchive",
      dependencies: [
        "RSTCore", "RSTWire", .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "XMLCoder", package: "XMLCoder"),
      ], swiftSettings: strict),
    // What is handed on as proof: HTML from templates, pcapng, Mermaid.
    .target(
      name: "RSTBundle",
      dependencies: [
        "RSTCore", "RSTReport", "RSTWire", .product(name: "Mustache", package: "swift-mustache"),
      ],
      resources: [
        .embedInCode("Templates/report.mustache"), .embedInCode("Templates/ladder.mustache"),
        .embedInCode("Templates/report.css"),
      ], swiftSettings: strict),
    // What Prometheus asks over HTTP.
    .target(
      name: "RSTExporter",
      dependencies: [
        "RSTCore", "RSTReport", "RSTWire", .product(name: "FlyingFox", package: "FlyingFox"),
        .product(name: "FlyingSocks", package: "FlyingFox"),
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "rstprobe",
      dependencies: [
        "RSTWire", "RSTCore", "RSTEngine", "RSTNet", "RSTReport", "RSTAudit", "RSTArchive",
        "RSTBundle", "RSTExporter", "RSTDoctor",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),

    // The lab: a wire with settable faults, and the parts that a kernel does not play by itself.
    .executableTarget(
      name: "lab-wire",
      dependencies: [
        "CLinux", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "lab-actor",
      dependencies: [
        "CLinux", "RSTWire", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),

    .executableTarget(
      name: "lab-sweep",
      dependencies: [
        "RSTCore", "RSTWire", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),

    .target(
      name: "RSTTestSupport", dependencies: ["RSTCore", "RSTEngine", "RSTWire"],
      path: "Tests/RSTTestSupport", swiftSettings: simulated),
    .testTarget(
      name: "RSTWireTests", dependencies: ["RSTWire", "RSTTestSupport"], swiftSettings: strict),
    .testTarget(
      name: "RSTCoreTests", dependencies: ["RSTCore", "RSTWire", "RSTTestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "RSTEngineTests", dependencies: ["RSTEngine", "RSTCore", "RSTWire", "RSTTestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "RSTNetTests",
      dependencies: [
        "RSTNet", "RSTEngine", "RSTCore", "RSTWire", "CPcap", "CLibnet", "CLinux",
        "RSTTestSupport",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "RSTReportTests",
      dependencies: [
        "RSTReport", "RSTBundle", "RSTNet", "RSTCore", "RSTWire", "CPcap", "RSTTestSupport",
      ],
      exclude: ["sarif-2.1.0-model.json"], swiftSettings: strict),
    .testTarget(
      name: "RSTAuditTests",
      dependencies: ["RSTAudit", "RSTReport", "RSTCore", "RSTWire", "RSTTestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "RSTDoctorTests", dependencies: ["RSTDoctor", "RSTCore", "RSTWire"],
      resources: [
        .embedInCode("Listings/whole.json"), .embedInCode("Listings/mesh.save"),
        .embedInCode("Listings/node.save"),
      ], swiftSettings: strict),
    .testTarget(
      name: "RSTArchiveTests", dependencies: ["RSTArchive", "RSTReport", "RSTCore", "RSTWire"],
      swiftSettings: strict),
    .testTarget(
      name: "RSTExporterTests",
      dependencies: ["RSTExporter", "RSTReport", "RSTCore", "RSTWire", "RSTTestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "RSTProbeTests",
      dependencies: [
        "rstprobe", "RSTExporter", "RSTCore", "RSTWire",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "RSTLabTests", dependencies: ["RSTNet", "RSTCore", "RSTWire"], swiftSettings: strict),
  ]
)
