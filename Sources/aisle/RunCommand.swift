import ArgumentParser
import Eval
import Foundation
import Ranking
import Retriever

/// `aisle run`: the answers to many queries, as a TREC run.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Answer a file of queries and write a TREC run for `aisle eval`.",
        discussion: """
            The run is the same every time: scores descending, ties by product id descending, which is the order \
            trec_eval reads. Latencies go to standard error and to OUTPUT.latency.json. Queries whose reranker failed \
            have the first stage's order: they are counted, and the exit code is 1.
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

    @OptionGroup var ranking: RankingOptions

    @OptionGroup var check: CheckOptions

    @Option(help: "Which products match: auto (all words, then some), all, any.")
    var match = MatchOption.auto

    func validate() throws {
        guard (1...10_000).contains(top) else { throw ValidationError("--top is 1 to 10000.") }
        try ranking.requireModel()
    }

    func run() async throws {
        do {
            let queries = try QueryFile(path: queries).queries
            var search = SearchRequest("", top: top)
            if let matching = match.matching { search.matching = matching }
            let request = try ranking.request(search)
            let stages = try await ranking.openOrFail(
                index: ProductIndex(path: index),
                check: check.check(),
                settings: .forRuns
            )
            let tag = request.stage.rawValue
            let file = try RunOutput(path: output, tag: tag)
            defer { file.discard() }
            var record = RunRecord(stage: request.stage)
            var progress = RunProgress(total: queries.count, unit: "queries")
            for query in queries {
                let ranking = try await RunRanking(query.text, top: top, options: request, by: stages.pipeline)
                record.add(ranking, query: query.id)
                try file.write(query: query.id, ranking)
                progress.advance()
            }
            progress.finish()
            await stages.finish()
            try file.publish()
            try record.write(to: RunRecord.path(of: output))
            Terminal.printError("\(output): \(queries.count) queries, tag \(tag)")
            Terminal.printError(record.text)
            if let failure = record.failure { throw CommandFailure("aisle: \(output): \(failure)") }
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure(error)
        }
    }
}

extension RankingPipeline.Settings {
    /// Every query is answered anew: a kept ranking would cost no time.
    static var forRuns: Self {
        var settings = Self()
        settings.rankings = 0
        return settings
    }
}
