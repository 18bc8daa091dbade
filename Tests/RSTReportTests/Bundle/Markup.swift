import Foundation
import FoundationXML

/// The elements and the text of a document that has to be well-formed XML.
final class Markup: NSObject, XMLParserDelegate {
  struct Element {
    var name: String
    var attributes: [String: String]
    var text = ""
    /// The element that it is in, by its place.
    var parent: Int?
  }

  private(set) var elements: [Element] = []
  private var open: [Int] = []

  /// Reads a document; nil where it is not well-formed.
  init?(_ octets: [UInt8]) {
    super.init()
    let parser = XMLParser(data: Data(octets))
    parser.shouldResolveExternalEntities = false
    parser.delegate = self
    guard parser.parse() else { return nil }
  }

  /// All text, element by element.
  var text: String { elements.map(\.text).joined(separator: "\n") }

  func elements(named name: String) -> [Element] { elements.filter { $0.name == name } }

  /// The nearest element of a name that an element is in.
  func ancestor(of element: Element, named name: String) -> Element? {
    var place = element.parent
    while let number = place {
      if elements[number].name == name { return elements[number] }
      place = elements[number].parent
    }
    return nil
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    elements.append(Element(name: name, attributes: attributes, parent: open.last))
    open.append(elements.count - 1)
  }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) { open.removeLast() }

  func parser(_ parser: XMLParser, foundCharacters string: String) {
    if let place = open.last { elements[place].text += string }
  }
}
