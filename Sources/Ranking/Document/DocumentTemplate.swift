public import Catalog

/// How a product is written down for the reranker: one line a field, `Label: value`.
///
/// Equal products give equal texts in every process and locale, so scores kept under the text stay valid: a changed
/// price changes the text of that product only.
public struct DocumentTemplate: Sendable, Hashable, Codable {
    /// A part of a product.
    public enum Field: Sendable, Hashable, Codable {
        /// The shop's identifier; of use where shoppers type article numbers.
        case id
        case title
        case brand
        /// All paths, each from the root down.
        case category
        /// All attributes that have no line of their own, without identifiers of the trade and addresses.
        case attributes
        /// One attribute, by its name without regard to case.
        case attribute(String)
        /// What a shopper pays now, with its currency.
        case price
        case availability
        case rating
        case description
    }

    /// One line of the text.
    public struct Line: Sendable, Hashable, Codable {
        /// What is written.
        public var field: Field
        /// What stands before it with a colon; empty: nothing.
        public var label: String

        /// A line for a field; a product without the field has no such line.
        public init(_ field: Field, label: String) {
            self.field = field
            self.label = label
        }
    }

    /// The lines in their order: what is cut off is cut from the end.
    public var lines: [Line]
    /// Most characters of the text, at least 1; the prompt encoder limits tokens besides.
    public var limit: Int
    /// Most characters of one line but the last, so that no field takes the place of those behind it.
    public var lineLimit: Int

    /// A template of these lines.
    public init(lines: [Line], limit: Int = 1200, lineLimit: Int = 400) {
        self.lines = lines
        self.limit = limit
        self.lineLimit = lineLimit
    }

    /// What products are told by at a glance first, the long description last: it is what a cut should hit.
    public static let standard = DocumentTemplate(lines: [
        Line(.title, label: "Title"), Line(.brand, label: "Brand"), Line(.category, label: "Category"),
        Line(.attributes, label: "Attributes"), Line(.price, label: "Price"), Line(.rating, label: "Rating"),
        Line(.description, label: "Description"),
    ])

    /// The text of a product: no markup, white space collapsed, at most `limit` characters.
    ///
    /// What is too long is cut between words where one ends near the limit.
    public func text(of product: Product) -> String {
        let named = Set(
            lines.compactMap { line in
                if case .attribute(let name) = line.field { return name.lowercased() }
                return nil
            }
        )
        var text = ""
        // Counted along, because counting characters reads the whole text.
        var count = 0
        for (index, line) in lines.enumerated() where count < limit {
            let isLast = index == lines.count - 1
            let room = limit - count - (text.isEmpty ? 0 : 1)
            let most = isLast ? room : min(room, lineLimit)
            let opening = line.label.isEmpty ? "" : "\(line.label): "
            guard most > opening.count else { continue }
            let value = PlainText.of(
                ProductLine.value(line.field, of: product, except: named, most: 2 * most),
                most: most - opening.count
            )
            if value.isEmpty { continue }
            if !text.isEmpty {
                text += "\n"
                count += 1
            }
            text += opening + value
            count += opening.count + value.count
        }
        return text
    }
}
