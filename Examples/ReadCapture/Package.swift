// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "ReadCapture",
  dependencies: [
    // A package of your own names rstprobe's address and a version here.
    .package(name: "rstprobe", path: "../..")
  ],
  targets: [
    .executableTarget(
      name: "ReadCapture",
      dependencies: [
        .product(name: "RSTWire", package: "rstprobe"),
        .product(name: "RSTCore", package: "rstprobe"),
        .product(name: "RSTNet", package: "rstprobe"),
      ])
  ]
)
