import Catalog
import Foundation
import Indexer
import Ranking
import Retriever

/// Changes the index while it is searched: one writer at a time, each publishes a changed copy.
struct DocumentWriter: Sendable {
    let path: String
    let index: ProductIndex
    let limits: RequestLimits

    /// Applies a body of documents, publishes the index and opens it.
    ///
    /// Of several lines about a product the last one counts. Blocks the thread.
    ///
    /// - Returns: A result for each line, in their order.
    /// - Throws: `ServerError`, `DumpError`, `IndexerError`, `CatalogError`; then nothing has changed.
    func write(_ body: Data) throws -> [DocumentResult] {
        let lines = try DocumentLines(body, index: path, limit: limits.documents)
        var last: [ProductID: Int] = [:]
        for (place, entry) in lines.requests.enumerated() {
            if let id = entry.request.id { last[id] = place }
        }
        var options = BuildOptions(products: [], into: path)
        options.update = true
        var deleted: [ProductID] = []
        for (place, entry) in lines.requests.enumerated() where entry.request.id.map({ last[$0] }) == place {
            switch entry.request {
            case .upsert(let product): options.products.append(product)
            case .delete(let id): deleted.append(id)
            case .refused: break
            }
        }
        options.delete = deleted
        var changes: [ProductID: ProductChange] = [:]
        var notFound = Set<String>()
        if !options.products.isEmpty || !deleted.isEmpty {
            var build = IndexBuild(options, onProduct: { changes[$0] = $1 })
            notFound = Set(try build.run().notFound)
            try index.reload()
        }
        return lines.requests.enumerated().map { place, entry in
            let status: DocumentResult.Status
            var problem: DocumentResult.Problem?
            switch entry.request {
            case .refused(let found): (status, problem) = (.rejected, found)
            case .upsert(let product) where last[product.id] == place:
                status = changes[product.id] == .replaced ? .replaced : .added
            case .delete(let id) where last[id] == place:
                status = notFound.contains(id.rawValue) ? .notFound : .deleted
            case .upsert, .delete: status = .superseded
            }
            return DocumentResult(line: entry.line, id: entry.request.id?.rawValue, status: status, error: problem)
        }
    }
}
