/// Which rstprobe this is: the program and its libraries have one number.
///
/// The only place where it stands; what is released, packaged or written into documents asks here.
public enum Version {
  /// The number, as Semantic Versioning has it; `Scripts/package` reads this line.
  public static let current = "0.1.0"
}
