// swift-tools-version: 6.2
import PackageDescription

/// The fuzzers of everything that reads what others wrote; Scripts/fuzz builds and runs them.
///
/// A package by itself, so that no other build pays for them. It takes the libraries' sources as they
/// are, without those parts that need packages which read nothing of others.
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .strictMemorySafety(),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

func fuzzer(_ name: String, _ libraries: Target.Dependency...) -> Target {
  .executableTarget(
    name: "fuzz-\(name)", dependencies: ["FuzzDriver"] + libraries, swiftSettings: strict)
}

let package = Package(
  name: "rstprobe-fuzz",
  dependencies: [.package(url: "https://github.com/jpsim/Yams", from: "6.2.0")],
  targets: [
    .systemLibrary(name: "CPcap", path: "Libraries/CPcap"),
    .systemLibrary(name: "CLibnet", path: "Libraries/CLibnet"),
    .systemLibrary(name: "CSeccomp", path: "Libraries/CSeccomp"),
    .systemLibrary(name: "CLinux", path: "Libraries/CLinux"),
    .target(name: "RSTWire", path: "Libraries/RSTWire", swiftSettings: strict),
    .target(
      name: "RSTCore", dependencies: ["RSTWire"], path: "Libraries/RSTCore",
      resources: [
        .embedInCode("Fingerprint/KnownStacks.txt"), .embedInCode("Idle/KnownTimeouts.txt"),
        .embedInCode("Interference/KnownInjectors.txt"),
      ], swiftSettings: strict),
    .target(
      name: "RSTEngine", dependencies: ["RSTCore", "RSTWire"], path: "Libraries/RSTEngine",
      swiftSettings: strict),
    .target(
      name: "RSTNet",
      dependencies: ["RSTWire", "RSTCore", "RSTEngine", "CPcap", "CLibnet", "CSeccomp", "CLinux"],
      path: "Libraries/RSTNet", swiftSettings: strict),
    .target(
      name: "RSTReport", dependencies: ["RSTCore", "RSTWire"], path: "Libraries/RSTReport",
      swiftSettings: strict),
    .target(
      name: "RSTAudit",
      dependencies: ["RSTCore", "RSTReport", .product(name: "Yams", package: "Yams")],
      path: "Libraries/RSTAudit", exclude: ["JUnitReport.swift"], swiftSettings: strict),
    .target(
      name: "RSTArchive", dependencies: ["RSTCore", "RSTWire"], path: "Libraries/RSTArchive",
      exclude: ["Archive.swift", "AuditStore.swift", "NmapXML.swift", "SweepStore.swift"],
      swiftSettings: strict),

    .target(name: "FuzzDriver", swiftSettings: strict),
    fuzzer("packets", "RSTWire"),
    fuzzer("icmp-quotes", "RSTWire", "RSTCore"),
    fuzzer("captures", "RSTNet", "RSTWire", "RSTCore"),
    fuzzer("policies", "RSTAudit", "RSTCore"),
    fuzzer("witness", "RSTArchive", "RSTReport", "RSTCore"),
    fuzzer("explain", "RSTCore", "RSTReport", "RSTWire"),
    fuzzer("sweeps", "RSTArchive", "RSTCore"),
  ]
)
