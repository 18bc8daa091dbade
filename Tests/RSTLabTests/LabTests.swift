import Testing

/// Whole runs in namespaces, one after the other: each has a lab of its own.
@Suite(
  .serialized,
  .enabled(if: Lab.obstacle == nil, "\(Lab.obstacle ?? "needs root and namespaces")"))
struct LabTests {}
