import Foundation
import HTTPTypes
import Hummingbird
import Reranker
import Retriever

/// `/metrics`, for Prometheus.
struct MetricsEndpoints: Sendable {
    let parts: ServerParts

    var all: [Endpoint] {
        let operation = Operation(
            name: "metrics",
            summary: "Counts and times, for Prometheus",
            answer: .init(type: "text/plain", schema: .text("Prometheus' text format, version 0.0.4."))
        )
        return [
            Endpoint(.get, "/metrics", access: .needs(.admin), operation) { _, _ in
                Response(
                    status: .ok,
                    headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
                    body: ResponseBody(byteBuffer: ByteBuffer(string: text()))
                )
            }
        ]
    }

    private func text() -> String {
        var text = MetricsText()
        parts.metrics.write(to: &text)
        let loads = [
            ("search", parts.search.searches.load), ("rerank", parts.search.reranks.load),
            ("write", parts.writes.load),
        ]
        for (name, kind, help, value) in [
            ("aisle_requests_working", MetricsText.Kind.gauge, "Requests at work.", { $0.working }),
            ("aisle_requests_waiting", .gauge, "Requests that wait for a place.", { $0.waiting }),
            ("aisle_requests_refused_total", .counter, "Requests refused because too many wait.", { $0.refused }),
        ] as [(String, MetricsText.Kind, String, (Admission.Load) -> Int)] {
            let lines = loads.map { MetricsText.line(name, [("kind", $0.0)], Double(value($0.1))) }
            text.add(name, kind, help, lines)
        }
        if let state = parts.watched?.state {
            text.add(
                "aisle_reranker_state",
                .gauge,
                "1 for what is known of the rerank server.",
                WatchedReranker.State.Word.allCases.map {
                    MetricsText.line("aisle_reranker_state", [("state", $0.rawValue)], $0 == state.word ? 1 : 0)
                }
            )
        }
        let cache = parts.search.cache.statistics
        text.add("aisle_answer_cache_hits_total", .counter, "Searches answered from the cache.", Double(cache.found))
        text.add("aisle_answer_cache_misses_total", .counter, "Searches not in the cache.", Double(cache.missed))
        text.add("aisle_answer_cache_entries", .gauge, "Answers kept.", Double(cache.entries))
        text.add("aisle_answer_cache_bytes", .gauge, "Size of the answers kept.", Double(cache.bytes))
        let age = max(0, Date.now.timeIntervalSince1970 - parts.index.published)
        text.add("aisle_index_age_seconds", .gauge, "Time since the index was published.", age)
        text.add("aisle_index_bytes", .gauge, "Size of the index file.", Double(parts.index.byteCount))
        text.add("aisle_index_products", .gauge, "Products in the index.", Double(parts.index.productCount))
        text.add(
            "process_start_time_seconds",
            .gauge,
            "When the server was made, in seconds since 1970.",
            parts.started.timeIntervalSince1970
        )
        if let bytes = ResidentMemory.bytes {
            text.add("process_resident_memory_bytes", .gauge, "Memory in use.", Double(bytes))
        }
        return text.text
    }
}
