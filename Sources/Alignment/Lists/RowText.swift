internal import Catalog
internal import Ranking

/// How a row is written down for the model, as query and as document alike.
enum RowText {
    /// The title alone where there is nothing else: a plain list reaches the model as it is.
    ///
    /// Prices are left out: one product has others in other countries. Codes are in: they are what tells variants apart.
    static let template = DocumentTemplate(
        lines: [
            DocumentTemplate.Line(.title, label: ""), DocumentTemplate.Line(.brand, label: "Brand"),
            DocumentTemplate.Line(.category, label: "Category"),
            DocumentTemplate.Line(.attribute("gtin"), label: "GTIN"),
            DocumentTemplate.Line(.attribute("mpn"), label: "Model number"),
            DocumentTemplate.Line(.attribute("sku"), label: "Article number"),
            DocumentTemplate.Line(.attributes, label: "Attributes"),
            DocumentTemplate.Line(.description, label: "Description"),
        ],
        limit: 800,
        lineLimit: 300
    )

    /// Changes whenever the texts do: scores of other texts are of no use.
    static let version = 1

    static func of(_ product: Product) -> String { template.text(of: product) }
}
