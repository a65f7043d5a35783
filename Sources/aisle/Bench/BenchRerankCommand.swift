import ArgumentParser
import Foundation
import Reranker

/// `aisle bench rerank`: seconds a query of the engine, beside its matrix products alone.
struct BenchRerankCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rerank",
        abstract: "Time the reranker's engine on one query's candidates (random tokens)."
    )

    @Option(help: "A model's folder.")
    var model: String

    @Option(help: "f32, int8, bf16; may be repeated. Rounds of several are interleaved.")
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

    func run() throws {
        do {
            let path = "\(model)/config.json"
            let configuration = try ModelConfiguration(
                json: [UInt8](Data(contentsOf: URL(fileURLWithPath: path))), path: path)
            let workload = EngineBenchmark.Workload(candidates: candidates, sharedTokens: shared, ownTokens: own)
            for precision in precision.map(\.precision) {
                let begin = ContinuousClock.now
                let engine = try EngineBenchmark(
                    folder: model, configuration: configuration, precision: precision, threads: threads ?? 2)
                print(precision, "load", ContinuousClock.now - begin)
                for _ in 0..<rounds {
                    let (seconds, margins) = try engine.score(workload)
                    let products = engine.multiplyOnly(workload)
                    print(String(format: "%.3f s, %.0f tok/s, products %.3f s, ratio %.2f  %@", seconds, Double(workload.tokens) / seconds, products, seconds / products, "\(margins.prefix(4))"))
                }
            }
        } catch {
            throw CommandFailure(error)
        }
    }
}

/// `--precision`.
enum PrecisionOption: String, ExpressibleByArgument, CaseIterable {
    case auto, f32, int8, bf16

    /// The engine's word for it.
    var precision: Precision {
        switch self {
        case .auto: .auto
        case .f32: .f32
        case .int8: .int8
        case .bf16: .bf16
        }
    }
}
