import Catalog
import Foundation
import Indexer
import Ranking
import Retriever

/// A reproducible source of random numbers (SplitMix64); tests print the seed they use.
struct Seeded: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

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
