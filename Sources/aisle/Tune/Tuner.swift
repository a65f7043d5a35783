import Catalog
import Eval
import Ranking

/// Chooses weights, then a fusion, by the values of some queries.
struct Tuner {
    let bench: TuningBench
    /// What wins unless something is better.
    let standard: RankingSettings
    /// Whether weights are searched.
    let tunesWeights: Bool
    /// Whether fusions are, which takes a model.
    let tunesFusion: Bool
    /// Weights one search looks at, at most.
    let limit: Int

    /// Fusions that are tried.
    static let fusions: [Fusion] =
        [.rerank] + [1, 2, 5, 10, 20, 40, 60, 100, 200].map { .reciprocalRank(k: $0) }
        + [0.25, 0.5, 1, 1.5, 2, 3, 4, 6, 8, 12, 16, 24, 32].map { .weighted($0) }

    /// Weights that are tried lie within it.
    static let bounds = 0.05...50.0

    /// The value of each query.
    func values(_ settings: RankingSettings) async throws -> [Double] {
        let weights = settings.weights ?? ColumnWeights()
        guard tunesFusion else { return try await bench.values(firstStage: weights) }
        return try await bench.values(weights: weights, fusion: settings.fusion ?? .standard)
    }

    /// The settings that are best on the queries at some places.
    func choose(_ training: [Int]) async throws -> RankingSettings {
        func mean(_ values: [Double]) -> Double {
            training.reduce(0) { $0 + values[$1] } / Double(max(training.count, 1))
        }
        var chosen = standard
        if tunesWeights {
            let start = (standard.weights ?? ColumnWeights()).values
            let search = CoordinateSearch(start: start, bounds: Self.bounds, limit: limit)
            let point = try await search.best { mean(try await bench.values(firstStage: Self.weights($0))) }
            chosen.weights = Self.weights(point)
        }
        if tunesFusion {
            var best = mean(try await values(chosen))
            for fusion in Self.fusions {
                let settings = RankingSettings(weights: chosen.weights, fusion: fusion)
                let value = mean(try await values(settings))
                if value > best + 1e-9 {
                    best = value
                    chosen = settings
                }
            }
        }
        return chosen
    }

    /// Weights of five numbers, in the order of the columns.
    static func weights(_ point: [Double]) -> ColumnWeights {
        ColumnWeights(
            title: point[0],
            brand: point[1],
            category: point[2],
            attributes: point[3],
            description: point[4]
        )
    }
}
