import ArgumentParser
import Eval
import Foundation

/// `aisle run`: the answers to many queries, as a TREC run.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Answer a file of queries and write a TREC run for `aisle eval`.",
        discussion: """
            The run is the same every time: scores descending, ties by product id descending, which is the order \
            trec_eval reads. Latencies go to standard error and to OUTPUT.latency.json.
            """
    )

    @Option(help: "The index file.")
    var index: String

    @Option(help: "Queries, one a line: identifier, tab, text.")
    var queries: String

    @Option(help: "The run file; written beside it and renamed when it is complete.")
    var output: String

    @Option(help: "Products for each query.")
    var top = 100

    @Option(help: "What answers: bm25.")
    var stage = RunStageName.bm25

    func validate() throws {
        guard (1...10_000).contains(top) else { throw ValidationError("--top is 1 to 10000.") }
    }

    func run() async throws {
        do {
            let queries = try QueryFile(path: queries).queries
            let engine = try stage.open(index: index)
            let file = try RunOutput(path: output, tag: stage.rawValue)
            defer { file.discard() }
            var latency = RunLatency()
            var progress = RunProgress(total: queries.count)
            var empty = 0
            for query in queries {
                let ranking = try await engine.rank(query.text, top: top)
                latency.add(ranking.timings)
                if ranking.products.isEmpty { empty += 1 }
                try file.write(query: query.id, ranking)
                progress.advance()
            }
            progress.finish()
            try file.publish()
            try latency.write(to: RunLatency.path(of: output), stage: stage.rawValue)
            Terminal.printError("\(output): \(queries.count) queries, tag \(stage.rawValue)")
            if empty > 0 { Terminal.printError("Queries that found nothing and are not in the run: \(empty)") }
            Terminal.printError(latency.text)
        } catch {
            throw CommandFailure(error)
        }
    }
}
