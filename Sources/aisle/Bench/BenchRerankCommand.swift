import ArgumentParser
import Foundation
import Reranker

/// `aisle bench rerank`: seconds a query of the engine, beside its matrix products alone.
struct BenchRerankCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rerank",
        abstract: "Time the reranker in this process on one query's candidates.",
        discussion: """
            Tokens are random, so any weights will do and nothing is said about relevance. Rounds of the precisions are \
            interleaved; medians are shown. "products" are the matrix products of the same shapes alone, in this process.
            """
    )

    @Option(help: "A model's folder, a fetched model's name, or bundled.")
    var model: String

    @Option(help: "f32, int8, bf16; may be repeated.")
    var precision: [PrecisionOption] = [.int8, .f32]

    @Option(help: "Threads; default: all cores.")
    var threads: Int?

    @Option(help: "Candidates of the query.")
    var candidates = 32

    @Option(help: "Tokens that all candidates share.")
    var shared = 75

    @Option(help: "Tokens of each candidate's own.")
    var own = 75

    @Option(help: "Rounds; the median counts.")
    var rounds = 5

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        guard candidates > 0, shared > 0, own > 0, rounds > 0 else {
            throw ValidationError("--candidates, --shared, --own and --rounds are at least 1.")
        }
        if let threads, threads < 1 { throw ValidationError("--threads is at least 1.") }
    }

    func run() throws {
        do {
            let workload = EngineBenchmark.Workload(candidates: candidates, sharedTokens: shared, ownTokens: own)
            let locator = ModelLocator(environment: HubEnvironment(ProcessInfo.processInfo.environment))
            let folder = try ModelFolder(path: locator.folder(of: model))
            var engines: [(engine: EngineBenchmark, run: Run)] = []
            for precision in precision {
                var engine: EngineBenchmark?
                let load = try Timing.process {
                    engine = try EngineBenchmark(folder, precision: precision.precision, threads: threads)
                }
                guard let engine else { continue }
                engines.append((engine, Run(precision: precision.rawValue, loadSeconds: load.wall)))
            }
            for _ in 0..<rounds {
                for index in engines.indices { try engines[index].run.measure(engines[index].engine, workload) }
            }
            let runs = engines.map(\.run)
            if json {
                let summaries = runs.map { $0.summary(workload) }
                try Terminal.printJSON(Report(model: model, tokens: workload.tokens, runs: summaries))
            } else {
                print(table(runs, workload))
            }
        } catch {
            throw CommandFailure(error)
        }
    }

    private func table(_ runs: [Run], _ workload: EngineBenchmark.Workload) -> String {
        var lines = ["precision  load s  query s  CPU s  tokens/s  products s  ratio  max |margin - f32| / spread"]
        let exact = runs.first { $0.precision == "f32" }?.margins
        for run in runs {
            let s = run.summary(workload)
            let difference = exact.map { String(format: "%.2f %%", 100 * run.difference(from: $0)) } ?? "-"
            lines.append(
                String(
                    format: "%@  %6.2f  %7.3f  %5.2f  %8.0f  %10.3f  %5.2f  %@",
                    s.precision.padding(toLength: 9, withPad: " ", startingAt: 0),
                    s.load_seconds,
                    s.seconds,
                    s.cpu_seconds,
                    s.tokens_per_second,
                    s.gemm_seconds,
                    s.ratio_to_gemm,
                    difference
                )
            )
        }
        return lines.joined(separator: "\n")
    }

    private struct Report: Encodable {
        var model: String
        var tokens: Int
        var runs: [Summary]
    }

    /// Medians of one precision, as JSON has them.
    private struct Summary: Encodable {
        var precision: String
        var load_seconds: Double
        var seconds: Double
        var cpu_seconds: Double
        var tokens_per_second: Double
        var gemm_seconds: Double
        var ratio_to_gemm: Double
    }

    /// The rounds of one precision.
    private struct Run {
        var precision: String
        var loadSeconds: Double
        var seconds: [Double] = []
        var cpuSeconds: [Double] = []
        var products: [Double] = []
        var margins: [Float] = []

        init(precision: String, loadSeconds: Double) {
            self.precision = precision
            self.loadSeconds = loadSeconds
        }

        mutating func measure(_ engine: EngineBenchmark, _ workload: EngineBenchmark.Workload) throws {
            let timing = try Timing.process { margins = try engine.score(workload) }
            cpuSeconds.append(timing.cpu)
            seconds.append(timing.wall)
            products.append(engine.multiplyOnly(workload))
        }

        func summary(_ workload: EngineBenchmark.Workload) -> Summary {
            func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
            return Summary(
                precision: precision,
                load_seconds: loadSeconds,
                seconds: median(seconds),
                cpu_seconds: median(cpuSeconds),
                tokens_per_second: Double(workload.tokens) / median(seconds),
                gemm_seconds: median(products),
                ratio_to_gemm: median(seconds) / median(products)
            )
        }

        /// The largest difference of a margin, relative to greatest less least.
        func difference(from exact: [Float]) -> Double {
            let spread = (exact.max() ?? 0) - (exact.min() ?? 0)
            let most = zip(margins, exact).map { abs($0 - $1) }.max() ?? 0
            return spread > 0 ? Double(most / spread) : 0
        }
    }
}
