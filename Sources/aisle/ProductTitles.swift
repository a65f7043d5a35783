import Catalog
import Eval
import Retriever

/// What the products of runs are called.
struct ProductTitles {
    /// Hits of a query whose titles anybody reads.
    private static let depth = 10
    /// Ids of one search.
    private static let batch = 500

    private let index: ProductIndex

    /// Titles from an index.
    ///
    /// Throws `CatalogError` where there is none.
    init(index path: String) throws {
        index = try ProductIndex(path: path)
    }

    /// The titles of the first products of each query, by id; products that the index does not have are left out.
    func titles(of runs: [Run]) throws -> [String: String] {
        let ids = Set(runs.flatMap { $0.rankings.values.flatMap { $0.prefix(Self.depth).map(\.id) } }).sorted()
        var titles: [String: String] = [:]
        for start in stride(from: 0, to: ids.count, by: Self.batch) {
            let some = ids[start..<min(start + Self.batch, ids.count)]
            var request = SearchRequest("", top: some.count)
            request.filter = .oneOf(FilterField("id"), some.map { .text($0) })
            request.wantsTotal = false
            for hit in try index.search(request).hits { titles[hit.id.rawValue] = hit.product?.title }
        }
        return titles
    }
}
