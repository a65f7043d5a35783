import Catalog
import Foundation
import Retriever

/// An answer as a person reads it: a table of hits, facets below, and what happened.
struct SearchText {
    let text: String

    init(_ response: SearchResponse, request: SearchRequest) {
        var lines: [String] = []
        if let corrected = response.didYouMean { lines.append("Showing results for: \(corrected)") }
        lines.append(Self.headline(response, request))
        if !response.hits.isEmpty { lines.append(Self.table(response, request)) }
        if request.explains {
            for (index, hit) in response.hits.enumerated() {
                lines += Self.explanation(hit, rank: request.offset + index + 1)
            }
        }
        for facet in response.facets { lines.append(Self.facet(facet)) }
        text = lines.joined(separator: "\n")
    }

    private static func headline(_ response: SearchResponse, _ request: SearchRequest) -> String {
        let count = response.total.map { "\($0) \($0 == 1 ? "product" : "products")" } ?? "products"
        var parts = [String(format: "\(count), %.1f ms", response.milliseconds)]
        if response.isRelaxed { parts.append("few have all words, so some words are enough") }
        if response.isPartial { parts.append("partial: the time was up") }
        if response.isTruncated { parts.append("the query was cut: it is too long") }
        return parts.joined(separator: " · ")
    }

    private static func table(_ response: SearchResponse, _ request: SearchRequest) -> String {
        var table = TextTable([
            TextTable.Column("#", .right, minWidth: 1), TextTable.Column("Id", minWidth: 4),
            TextTable.Column("Title", minWidth: 20, isFlexible: true), TextTable.Column("Brand", minWidth: 5),
            TextTable.Column("Price", .right, minWidth: 5), TextTable.Column("Score", .right, minWidth: 5),
        ])
        for (index, hit) in response.hits.enumerated() {
            let product = hit.product
            table.add([
                TextTable.Cell(String(request.offset + index + 1)), TextTable.Cell(hit.id.rawValue),
                TextTable.Cell(hit.title), TextTable.Cell(product?.brand ?? ""),
                TextTable.Cell(product.map(price) ?? ""), TextTable.Cell(String(format: "%.2f", hit.score)),
            ])
        }
        return table.rendered(
            Terminal.isOutputTerminal ? .terminal(width: Terminal.width, isColored: Terminal.wantsColor) : .plain
        )
    }

    private static func price(_ product: Product) -> String {
        guard let amount = product.currentPrice else { return "" }
        return [String(format: "%.2f", amount), product.price?.currency].compactMap { $0 }.joined(separator: " ")
    }

    private static func explanation(_ hit: Hit, rank: Int) -> [String] {
        guard let explanation = hit.explanation else { return [] }
        let length = String(format: "length %d (mean %.1f)", explanation.length, explanation.meanLength)
        return ["\(rank). \(hit.id): score \(String(format: "%.4f", hit.score)), \(length)"]
            + explanation.terms.map { term in
                String(
                    format: "   %8.4f  = idf %.4f, frequency %.2f, in %d products  ",
                    term.contribution,
                    term.idf,
                    term.frequency,
                    term.documentFrequency
                ) + term.term
            }
    }

    private static func facet(_ facet: FacetResult) -> String {
        let values = facet.counts.map { "\($0.value) (\($0.count))" }
        let more = facet.otherValues > 0 ? ["and \(facet.otherValues) more"] : []
        return "\(facet.field.name): " + (values + more).joined(separator: ", ")
    }
}
