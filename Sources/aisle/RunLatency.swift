import Eval
import Foundation

/// How long the parts of a stage took over a run's queries.
struct RunLatency {
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
    }

    private var order: [String] = []
    private var milliseconds: [String: [Double]] = [:]

    /// The sidecar's path.
    static func path(of run: String) -> String { run + ".latency.json" }

    /// Adds one query's timings.
    mutating func add(_ timings: [(part: String, milliseconds: Double)]) {
        var all = timings
        if timings.count > 1 { all.append(("total", timings.reduce(0) { $0 + $1.milliseconds })) }
        for timing in all {
            if milliseconds[timing.part] == nil { order.append(timing.part) }
            milliseconds[timing.part, default: []].append(timing.milliseconds)
        }
    }

    /// Percentiles by nearest rank.
    var parts: [Part] {
        order.map { part in
            let sorted = milliseconds[part, default: []].sorted()
            func percentile(_ share: Double) -> Double {
                let rank = Int((share * Double(sorted.count)).rounded(.up))
                return sorted.isEmpty ? 0 : sorted[min(max(rank, 1), sorted.count) - 1]
            }
            return Part(
                part: part,
                queries: sorted.count,
                p50_ms: percentile(0.5),
                p95_ms: percentile(0.95),
                p99_ms: percentile(0.99)
            )
        }
    }

    /// One line a part, for people.
    var text: String {
        parts.map { part in
            String(
                format: "%@: p50 %.2f ms, p95 %.2f ms, p99 %.2f ms",
                part.part,
                part.p50_ms,
                part.p95_ms,
                part.p99_ms
            )
        }.joined(separator: "\n")
    }

    /// Writes the sidecar.
    ///
    /// Throws `EvalError.file`.
    func write(to path: String, stage: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        let data = try encoder.encode(Sidecar(stage: stage, parts: parts))
        do {
            try data.write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw EvalError.file(path: path, problem: "it cannot be written (\(error.localizedDescription))")
        }
    }

    /// The sidecar of a run; nil where there is none that can be read.
    static func sidecar(of run: String) -> Sidecar? {
        guard let data = try? Data(contentsOf: URL(fileURLWithPath: path(of: run))) else { return nil }
        return try? JSONDecoder().decode(Sidecar.self, from: data)
    }
}

extension RunLatency.Sidecar {
    /// The percentiles of the whole stage.
    var reportLatency: ReportLatency? {
        (parts.first { $0.part == "total" } ?? parts.first).map {
            ReportLatency(p50: $0.p50_ms, p95: $0.p95_ms, p99: $0.p99_ms)
        }
    }
}
