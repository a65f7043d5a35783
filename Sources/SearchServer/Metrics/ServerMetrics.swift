import Ranking
import Retriever
import Synchronization

/// What is counted while the server runs.
final class ServerMetrics: Sendable {
    private struct RequestKey: Hashable {
        let route: String
        let method: String
        let status: Int
    }

    private struct State {
        var requests: [RequestKey: Int] = [:]
        var durations: [String: Histogram] = [:]
        var stages: [RequestTrace.Stage: Histogram] = [:]
        var degraded: [String: Int] = [:]
        var reranks: [String: Int] = [:]
        var interleaved = 0
        var scored = 0
        var scoresKnown = 0
        var reloads = 0
        var failedReloads = 0
    }

    private let state = Mutex(State())

    /// Counts a request that was answered.
    func note(route: String, method: String, status: Int, milliseconds: Double, trace: RequestTrace) {
        state.withLock { state in
            state.requests[RequestKey(route: route, method: method, status: status), default: 0] += 1
            state.durations[route, default: Histogram()].note(milliseconds: milliseconds)
            for (stage, time) in trace.stages { state.stages[stage, default: Histogram()].note(milliseconds: time) }
        }
    }

    /// Counts what became of both stages of a search.
    func note(_ ranked: RankedResponse) {
        let report = ranked.rerank
        state.withLock { state in
            if ranked.search.isPartial { state.degraded["first_stage_partial", default: 0] += 1 }
            if ranked.interleaving != nil { state.interleaved += 1 }
            if report.reason != .stage { state.reranks[report.status.rawValue, default: 0] += 1 }
            if !report.isFinal { state.degraded["rerank_" + (report.reason?.code ?? "unknown"), default: 0] += 1 }
            state.scored += report.scored
            state.scoresKnown += report.cached
        }
    }

    /// Counts scores that the rerank endpoints gave.
    func note(scored: Int, cached: Int) {
        state.withLock { state in
            state.scored += scored
            state.scoresKnown += cached
        }
    }

    /// Counts a change-over to a published index, or one that failed.
    func note(reload succeeded: Bool) {
        state.withLock { state in
            if succeeded { state.reloads += 1 } else { state.failedReloads += 1 }
        }
    }

    /// Adds everything counted to a text.
    func write(to text: inout MetricsText) {
        let state = state.withLock { $0 }
        text.add(
            "aisle_http_requests_total",
            .counter,
            "Requests answered.",
            state.requests.map { key, count in
                let labels = [("route", key.route), ("method", key.method), ("status", "\(key.status)")]
                return MetricsText.line("aisle_http_requests_total", labels, Double(count))
            }.sorted()
        )
        text.add(
            "aisle_http_request_duration_seconds",
            .histogram,
            "Time from a request's head to its answer.",
            state.durations.sorted { $0.key < $1.key }.flatMap {
                $0.value.lines("aisle_http_request_duration_seconds", [("route", $0.key)])
            }
        )
        text.add(
            "aisle_stage_duration_seconds",
            .histogram,
            "Time in each part of the work.",
            state.stages.sorted { $0.key.rawValue < $1.key.rawValue }.flatMap {
                $0.value.lines("aisle_stage_duration_seconds", [("stage", $0.key.rawValue)])
            }
        )
        text.add(
            "aisle_degraded_answers_total",
            .counter,
            "Searches answered with less than was asked for, by reason.",
            Self.lines("aisle_degraded_answers_total", "reason", state.degraded)
        )
        text.add(
            "aisle_rerank_answers_total",
            .counter,
            "Searches that asked for the reranker, by what became of it.",
            Self.lines("aisle_rerank_answers_total", "status", state.reranks)
        )
        text.add(
            "aisle_interleaved_answers_total",
            .counter,
            "Searches answered with the rankings of two configurations in one list.",
            Double(state.interleaved)
        )
        text.add("aisle_rerank_scores_total", .counter, "Candidates and documents with a score.", Double(state.scored))
        text.add(
            "aisle_rerank_cached_scores_total",
            .counter,
            "Candidates and documents whose score was known before.",
            Double(state.scoresKnown)
        )
        text.add("aisle_index_reloads_total", .counter, "Changes to a published index.", Double(state.reloads))
        text.add(
            "aisle_index_reload_failures_total",
            .counter,
            "Published index files that could not be opened.",
            Double(state.failedReloads)
        )
    }

    private static func lines(_ name: String, _ label: String, _ counts: [String: Int]) -> [String] {
        counts.sorted { $0.key < $1.key }.map { MetricsText.line(name, [(label, $0.key)], Double($0.value)) }
    }
}
