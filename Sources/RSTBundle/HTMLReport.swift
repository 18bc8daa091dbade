import Mustache
import RSTReport

/// A page as one file of HTML that needs no other: no script, nothing loaded from anywhere.
///
/// It is well-formed XML too. What a page says goes through the template library's escaping, all of it.
enum HTMLReport {
  /// The document.
  static func document(_ page: Page) -> String {
    let sheet = Sheet(page, style: text(of: PackageResources.report_css))
    guard let document = library.render(sheet, withTemplate: "report") else {
      preconditionFailure("the template is there")
    }
    return document
  }

  private static let library: MustacheLibrary = {
    var library = MustacheLibrary()
    do {
      try library.register(text(of: PackageResources.report_mustache), named: "report")
      try library.register(text(of: PackageResources.ladder_mustache), named: "ladder")
    } catch {
      preconditionFailure("the templates are part of the program: \(error)")
    }
    return library
  }()

  private static func text(of octets: [UInt8]) -> String { String(decoding: octets, as: UTF8.self) }
}
