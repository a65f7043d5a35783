import Eval
import Foundation
import Ranking

/// What is worth knowing about a run besides its hits: how long the parts of the stage took, and where they failed.
struct RunRecord {
    /// One part's percentiles, in milliseconds.
    struct Part: Codable {
        var part: String
        var queries: Int
        var p50_ms: Double
        var p95_ms: Double
        var p99_ms: Double
    }

    /// What stands beside a run file.
    struct Sidecar: Codable {
        var stage: String
        /// The parts, and "total" where there are several.
        var parts: [Part]
        /// Queries that found nothing: they are not in the run.
        var empty: Int?
        /// Queries that were not reranked, or not all of their candidates, by reason.
        var degraded: [String: Int]?
        /// Queries some of whose scores were known before.
        var cached: Int?
    }

    private let stage: RankingStage
    private var order: [String] = []
    private var milliseconds: [String: [Double]] = [:]
    private var queries = 0
    private var empty = 0
    private var cached = 0
    private var degraded: [String: Int] = [:]
    private var firstDegraded: String?

    /// A record without queries.
    init(stage: RankingStage) { self.stage = stage }

    /// The sidecar's path.
    static func path(of run: String) -> String { run + ".latency.json" }

    /// Adds one query's answer.
    mutating func add(_ ranking: RunRanking, query: String) {
        queries += 1
        if ranking.products.isEmpty { empty += 1 }
        if ranking.rerank.cached > 0 { cached += 1 }
        if stage != .bm25, let reason = Self.degradation(ranking.rerank) {
            degraded[reason, default: 0] += 1
            firstDegraded = firstDegraded ?? query
        }
        var all = ranking.timings
        if all.count > 1 { all.append(("total", all.reduce(0) { $0 + $1.milliseconds })) }
        for timing in all {
            if milliseconds[timing.part] == nil { order.append(timing.part) }
            milliseconds[timing.part, default: []].append(timing.milliseconds)
        }
    }

    /// Why a query has not the order it should have; nil where it has, or where there was nothing to order.
    private static func degradation(_ report: RerankReport) -> String? {
        switch (report.status, report.reason) {
        case (.complete, _), (_, .noCandidates), (_, .noQuery): nil
        case (_, let reason): reason.map { "\($0)" } ?? "no reason given"
        }
    }

    /// What makes the run's figures those of something else; nil where nothing does.
    var failure: String? {
        guard let firstDegraded else { return nil }
        let reasons = degraded.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.value) times: \($0.key)" }
        return """
            \(degraded.values.reduce(0, +)) of \(queries) queries, the first of them \(firstDegraded), have hits that were \
            not reranked: their order is the first stage's, and the run's figures are not those of stage \
            \(stage.rawValue).
            \(reasons.prefix(5).joined(separator: "\n"))
            """
    }

    /// Percentiles by nearest rank.
    var parts: [Part] {
        order.compactMap { part in
            let times = milliseconds[part, default: []]
            return ReportLatency(milliseconds: times).map {
                Part(part: part, queries: times.count, p50_ms: $0.p50, p95_ms: $0.p95, p99_ms: $0.p99)
            }
        }
    }

    /// One line a part, for people.
    var text: String {
        var lines = parts.map { part in
            String(
                format: "%@: p50 %.2f ms, p95 %.2f ms, p99 %.2f ms",
                part.part,
                part.p50_ms,
                part.p95_ms,
                part.p99_ms
            )
        }
        if empty > 0 { lines.insert("Queries that found nothing and are not in the run: \(empty)", at: 0) }
        if cached > 0 {
            lines.append("Queries with scores that were known before, which cost no time: \(cached) (see --no-cache)")
        }
        return lines.joined(separator: "\n")
    }

    /// Writes the sidecar.
    ///
    /// Throws `CommandFailure`.
    func write(to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        let sidecar = Sidecar(stage: stage.rawValue, parts: parts, empty: empty, degraded: degraded, cached: cached)
        try OutputFile.write(encoder.encode(sidecar), to: path)
    }

    /// The sidecar of a run; nil where there is none that can be read.
    static func sidecar(of run: String) -> Sidecar? {
        guard let data = try? Data(contentsOf: URL(fileURLWithPath: path(of: run))) else { return nil }
        return try? JSONDecoder().decode(Sidecar.self, from: data)
    }
}

extension RunRecord.Sidecar {
    /// The percentiles of the whole stage.
    var reportLatency: ReportLatency? { RunRecord.whole(parts, cached: cached ?? 0) }
}

extension RunRecord {
    /// The percentiles of the whole stage.
    var latency: ReportLatency? { Self.whole(parts, cached: cached) }

    fileprivate static func whole(_ parts: [Part], cached: Int) -> ReportLatency? {
        (parts.first { $0.part == "total" } ?? parts.first).map {
            ReportLatency(p50: $0.p50_ms, p95: $0.p95_ms, p99: $0.p99_ms, cached: cached)
        }
    }
}
