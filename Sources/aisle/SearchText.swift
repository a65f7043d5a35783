import Catalog
import Foundation
import Ranking
import Retriever

/// An answer as a person reads it: a table of hits, facets below, and what happened.
struct SearchText {
    let text: String

    init(_ ranked: RankedResponse, request: SearchRequest) {
        let response = ranked.search
        var lines: [String] = []
        if let corrected = response.didYouMean { lines.append("Showing results for: \(Self.shortened(corrected))") }
        lines.append(Self.headline(ranked))
        if !ranked.hits.isEmpty { lines.append(Self.table(ranked)) }
        if request.explains {
            for hit in ranked.hits { lines += Self.explanation(hit) }
        }
        for facet in response.facets { lines.append(Self.facet(facet)) }
        text = lines.joined(separator: "\n")
    }

    /// The beginning of a query that is too long to be read at a glance.
    private static func shortened(_ query: String) -> String {
        let limit = 200
        return query.count > limit ? query.prefix(limit) + "…" : query
    }

    private static func headline(_ ranked: RankedResponse) -> String {
        let response = ranked.search
        let count = response.total.map { "\($0) \($0 == 1 ? "product" : "products")" } ?? "products"
        var parts = [String(format: "\(count), %.1f ms", response.milliseconds)]
        if response.isRelaxed { parts.append("few have all words, so some words are enough") }
        if response.isPartial { parts.append("partial: the time was up") }
        if response.isTruncated { parts.append("the query was cut: it is too long") }
        if let second = RankingText.headline(ranked.rerank) { parts.append(second) }
        return parts.joined(separator: " · ")
    }

    private static func table(_ ranked: RankedResponse) -> String {
        let isReranked = ranked.rerank.scored > 0
        var columns = [
            TextTable.Column("#", .right, minWidth: 1), TextTable.Column("Id", minWidth: 4),
            TextTable.Column("Title", minWidth: 20, isFlexible: true), TextTable.Column("Brand", minWidth: 5),
            TextTable.Column("Price", .right, minWidth: 5), TextTable.Column("Score", .right, minWidth: 5),
        ]
        if isReranked {
            columns += [
                TextTable.Column("Margin", .right, minWidth: 6), TextTable.Column("Moved", .right, minWidth: 5),
            ]
        }
        var table = TextTable(columns)
        for place in ranked.hits {
            let hit = place.hit
            let product = hit.product
            var cells = [
                TextTable.Cell(String(place.rank)), TextTable.Cell(hit.id.rawValue),
                TextTable.Cell(hit.title), TextTable.Cell(product?.brand ?? ""),
                TextTable.Cell(product.map(price) ?? ""), TextTable.Cell(String(format: "%.2f", hit.score)),
            ]
            if isReranked {
                cells += [
                    TextTable.Cell(RankingText.margin(place)), TextTable.Cell(RankingText.movement(place)),
                ]
            }
            table.add(cells)
        }
        return table.rendered(
            Terminal.isOutputTerminal ? .terminal(width: Terminal.width, isColored: Terminal.wantsColor) : .plain
        )
    }

    private static func price(_ product: Product) -> String {
        guard let amount = product.currentPrice else { return "" }
        return [String(format: "%.2f", amount), product.price?.currency].compactMap { $0 }.joined(separator: " ")
    }

    private static func explanation(_ place: RankedHit) -> [String] {
        let hit = place.hit
        guard let explanation = hit.explanation else { return [] }
        let length = String(format: "length %d (mean %.1f)", explanation.length, explanation.meanLength)
        return ["\(place.rank). \(hit.id): score \(String(format: "%.4f", hit.score)), \(length)"]
            + explanation.terms.map { term in
                String(
                    format: "   %8.4f  = idf %.4f, frequency %.2f, in %d products  ",
                    term.contribution,
                    term.idf,
                    term.frequency,
                    term.documentFrequency
                ) + term.term
            }
            + RankingText.explanation(place)
    }

    private static func facet(_ facet: FacetResult) -> String {
        let values = facet.counts.map { "\($0.value) (\($0.count))" }
        let more = facet.otherValues > 0 ? ["and \(facet.otherValues) more"] : []
        return "\(facet.field.name): " + (values + facet.ranges.map(range) + more).joined(separator: ", ")
    }

    private static func range(_ range: FacetResult.Range) -> String {
        let ends = [range.from, range.to].map { $0.map { FilterValue($0).text } }
        let text =
            switch (ends[0], ends[1]) {
            case (let from?, let to?): "\(from) to under \(to)"
            case (let from?, nil): "\(from) or more"
            case (nil, let to?): "under \(to)"
            case (nil, nil): "any"
            }
        return "\(text) (\(range.count))"
    }
}
