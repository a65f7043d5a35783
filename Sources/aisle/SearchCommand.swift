import ArgumentParser
import Catalog
import Foundation
import Ranking
import Retriever
import SearchServer

/// `aisle search`: the hits of one query.
struct SearchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: "Search an index.",
        discussion: """
            "quoted words" have to stand together, -word leaves products out (quote the query, or write -- before it). \
            Products with all words come first; when they are few, products with some of the words follow. With --model, a reranker looks at the first candidates; \
            what it could not score follows in the first stage's order, and the answer says why.
            """
    )

    @Option(help: "The index file.")
    var index: String

    @Argument(help: "What a shopper would type. Empty lists products.")
    var query: [String] = []

    @Option(help: "Hits to show.")
    var top = 10

    @Option(help: "Hits to skip before them.")
    var offset = 0

    @OptionGroup var ranking: RankingOptions

    @OptionGroup var check: CheckOptions

    @Option(help: "Condition, e.g. 'brand = \"Sony\" AND price < 300 AND in_stock'.")
    var filter: String?

    @Option(help: "Count the values of a field over all matches: FIELD or FIELD:LIMIT. May be repeated.")
    var facet: [String] = []

    @Option(parsing: .unconditional, help: "Sort by a field instead of relevance: price, -price, rating:desc.")
    var sort: String?

    @Flag(help: "Of the variants of a product (the same group_id) show the first only; the total counts groups.")
    var collapse = false

    @Option(help: "Which products match: auto (all words, then some), all, any.")
    var match = MatchOption.auto

    @Flag(help: "The last word may be the beginning of one (search as you type).")
    var prefix = false

    @Option(help: "Answer with what was found and scored after this many milliseconds.")
    var budgetMs: Int?

    @Flag(help: "Show where each score comes from.")
    var explain = false

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        guard (0...10_000).contains(top), (0...1_000_000).contains(offset) else {
            throw ValidationError("--top is 0 to 10000, --offset 0 to 1000000.")
        }
        if let budgetMs, budgetMs <= 0 { throw ValidationError("--budget-ms is a positive number of milliseconds.") }
        _ = try request()
    }

    func run() async throws {
        do {
            let request = try ranking.request(request(), budget: budgetMs.map { Duration.milliseconds($0) })
            let stages = try await ranking.open(
                index: try ProductIndex(path: index),
                check: check.check(within: .seconds(3))
            )
            let response = try await stages.pipeline.page(request)
            await stages.finish()
            if json {
                try Terminal.printJSON(SearchAnswer(response, request: request))
            } else {
                print(SearchText(response, request: request.search).text)
            }
        } catch {
            throw CommandFailure(error)
        }
    }

    private func request() throws -> SearchRequest {
        var request = SearchRequest(query.joined(separator: " "), top: top)
        request.offset = offset
        do {
            request.filter = try filter.map { try Filter(parsing: $0) }
            request.facets = try facet.map { try FacetRequest(parsing: $0) }
            if let sort { request.sort = try SortKey(parsing: sort) }
        } catch let error as FilterError {
            let place = filter.flatMap { error.caret(in: $0, width: Terminal.width) }
            throw ValidationError([error.description, place].compactMap { $0 }.joined(separator: "\n"))
        } catch {
            throw ValidationError("\(error)")
        }
        if let matching = match.matching { request.matching = matching }
        request.collapsesGroups = collapse
        request.completesLastWord = prefix
        request.explains = explain
        return request
    }
}

/// `--match`.
enum MatchOption: String, ExpressibleByArgument, CaseIterable {
    case auto, all, any

    /// The library's form; nil: its default.
    var matching: Matching? {
        switch self {
        case .auto: nil
        case .all: .all
        case .any: .any
        }
    }
}
