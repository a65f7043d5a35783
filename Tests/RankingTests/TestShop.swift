import Catalog
import Foundation
import Indexer
import Ranking
import Retriever

/// An index whose products all match "lamp", the first ones best, and name the margin the stub gives them.
final class TestShop {
    let folder: URL
    var path: String { folder.appendingPathComponent("shop.db").path }

    init(margins: [Double]) throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("aisle-ranking-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try publish(margins: margins)
    }

    deinit {
        try? FileManager.default.removeItem(at: folder)
    }

    /// Longer texts score less, so product `p000` is the first stage's best.
    func publish(margins: [Double]) throws {
        let products = margins.enumerated().map { place, margin in
            Product(
                id: ProductID(String(format: "p%03d", place)),
                title: "lamp",
                description: Array(repeating: "word", count: 2 * place).joined(separator: " ") + " margin=\(margin)"
            )
        }
        var options = BuildOptions(products: products, into: path)
        options.language = .english
        var build = IndexBuild(options)
        _ = try build.run()
    }

    func pipeline(
        _ backend: StubBackend?,
        settings: RankingPipeline.Settings = .init(),
        clock: HandClock? = nil
    ) throws -> RankingPipeline {
        let index = try ProductIndex(path: path)
        guard let clock else { return RankingPipeline(index: index, backend: backend, settings: settings) }
        return RankingPipeline(index: index, backend: backend, settings: settings, now: clock.now)
    }
}

/// A request for lamps.
func lamps(
    _ stage: RankingStage,
    top: Int = 10,
    offset: Int = 0,
    candidates: Int = 100,
    _ change: (inout RankingRequest) -> Void = { _ in }
) -> RankingRequest {
    var search = SearchRequest("lamp", top: top)
    search.offset = offset
    var request = RankingRequest(search, stage: stage)
    request.candidates = candidates
    change(&request)
    return request
}

extension RankedResponse {
    var ids: [String] { hits.map(\.hit.id.rawValue) }
}

/// The ids of products in these places of the first stage's order.
func ids(_ places: some Sequence<Int>) -> [String] { places.map { String(format: "p%03d", $0) } }
