import ArgumentParser
import Catalog
import Eval
import Foundation
import Ranking
import Retriever

/// `aisle tune`: weights and fusion for a shop's own queries, and what they are worth on queries they were not chosen on.
struct TuneCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tune",
        abstract: "Search column weights and fusion on judged queries; report what they are worth on others.",
        discussion: """
            The queries are divided into folds. Settings are chosen on all folds but one and measured on that one, so every \
            query is measured with settings chosen without it. That figure is reported, beside the default's. The \
            settings that are written are chosen on all queries; what they reach there is no result and is not shown.
            """
    )

    @Option(help: "The index file.")
    var index: String

    @Option(help: "Queries, one a line: identifier, tab, text.")
    var queries: String

    @Option(help: "The judgments.")
    var qrels: String

    @Option(help: "What grades mean where the judgments do not say: trec, esci, wands.")
    var labels: String?

    @Option(help: "The metric to improve.")
    var metric = "ndcg@10"

    @Option(help: "Parts that are held out, one after the other.")
    var folds = 5

    @Option(help: "Seed of the parts, the test and the intervals.")
    var seed: UInt64 = 1

    @Option(help: "Weights to measure, at most; each is a search of all queries.")
    var evaluations = 240

    @Flag(help: "Search the fusion only.")
    var keepWeights = false

    @Option(help: "Products for each query.")
    var top = 100

    @Option(help: "The settings file to write, for --settings of search and run.")
    var output: String

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var ranking: RankingOptions

    @OptionGroup var check: CheckOptions

    func validate() throws {
        guard (2...100).contains(folds) else { throw ValidationError("--folds is 2 to 100.") }
        guard (1...10_000).contains(top) else { throw ValidationError("--top is 1 to 10000.") }
        guard evaluations > folds else { throw ValidationError("--evaluations is more than --folds.") }
        guard !(keepWeights && ranking.resolvedStage == .bm25) else {
            throw ValidationError("--keep-weights leaves nothing to tune without --model.")
        }
        guard ranking.resolvedStage != .rerank else {
            throw ValidationError("--stage rerank has no fusion to tune: leave --stage out.")
        }
        try ranking.requireModel()
    }

    func run() async throws {
        do {
            let metric = try MetricName.parse(metric)
            let texts = try QueryFile(path: queries)
            var qrels = try Qrels(path: qrels)
            if let labels { qrels.scale = try RelevanceScale(named: labels) }
            qrels = try qrels.renamingQueries(texts.identifiers.filter { texts.texts[$0.key] == nil })
            let shop = try ProductIndex(path: index)
            let stages = try await ranking.openOrFail(index: shop, check: check.check(), settings: .forRuns)
            let options = try ranking.request(SearchRequest("", top: top))
            let bench = TuningBench(
                queries: texts.texts,
                qrels: qrels,
                metric: metric,
                top: top,
                pipeline: stages.pipeline,
                options: options,
                evaluations: evaluations
            )
            // Before anything is measured: too few queries are refused at once.
            let parts = try Folds(folds, of: bench.queries.count, seed: seed)
            let hasModel = options.stage == .fused
            let tuner = Tuner(
                bench: bench,
                standard: RankingSettings(
                    weights: options.search.weights ?? shop.weights,
                    fusion: hasModel ? options.fusion ?? stages.pipeline.fusion : nil
                ),
                tunesWeights: !keepWeights,
                tunesFusion: hasModel,
                limit: max(evaluations / (folds + 1), 2)
            )
            let found = try await CrossValidation(
                parts,
                standard: tuner.standard,
                choose: tuner.choose,
                values: tuner.values
            )
            await bench.finish()
            await stages.finish()
            if let failure = await bench.degraded.failure {
                throw CommandFailure("aisle: nothing is tuned: \(failure)")
            }
            let report = TuneReport(
                metric: metric.name,
                folds: folds,
                seed: seed,
                standard: tuner.standard,
                result: found,
                summary: try found.summary(queries: bench.queries, metric: metric.name, seed: seed)
            )
            try report.write(to: output)
            if json {
                try Terminal.printJSON(report.json)
            } else {
                print(report.text)
                print("Written: \(output), for --settings of aisle search and aisle run.")
            }
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure(error)
        }
    }
}
