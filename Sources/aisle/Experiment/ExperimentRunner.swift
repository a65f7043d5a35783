import Catalog
import Eval
import Foundation
import Indexer
import Ranking
import Reranker
import Retriever

/// Runs one experiment: indexes, asks, measures.
struct ExperimentRunner {
    /// How a model in this process runs.
    let engine: EngineOptions
    /// How a server's scores are looked at first; nil: they are not.
    let check: ServerCheck?

    /// What came out; nothing where files are missing.
    ///
    /// Throws what indexing, searching and evaluating throw, and where a query was not reranked.
    func run(_ path: String) async throws -> ExperimentOutcome {
        let experiment = try Experiment(path: path)
        let missing = experiment.missingFiles
        guard missing.isEmpty else {
            return ExperimentOutcome(path: path, experiment: experiment, record: nil, missing: missing, latency: nil)
        }
        let (qrels, texts) = try judgments(experiment)
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("aisle-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let index = try build(experiment, into: folder.appendingPathComponent("shop.db").path)
        let options = try request(experiment)
        let opened = try await OpenedBackend.openOrFail(
            options.stage == .bm25 ? nil : experiment.model,
            engine: engine,
            caches: false,
            check: check
        )
        let pipeline = RankingPipeline(index: index, backend: opened.backend, settings: .forRuns)
        var documents: [String: [Run.Document]] = [:]
        var record = RunRecord(stage: options.stage)
        var progress = RunProgress(total: qrels.queries.count, unit: "queries")
        for query in qrels.queries {
            let answer = try await RunRanking(
                texts[query] ?? query,
                top: experiment.top ?? 100,
                options: options,
                by: pipeline
            )
            record.add(answer, query: query)
            documents[query] = RunOutput.documents(answer)
            progress.advance()
        }
        progress.finish()
        if let failure = record.failure { throw CommandFailure("aisle: \(path): \(failure)") }
        let metrics = try MetricName.parseList(experiment.metrics.joined(separator: ","))
        let evaluation = try evaluate(qrels, Run(name: path, documents: documents), metrics: metrics)
        let grades = qrels.grades.values.flatMap(\.values)
        let corpus = [
            "products": index.productCount, "positions": index.positionCount, "queries": qrels.queries.count,
            "judgments": grades.count,
            "relevant": grades.count { qrels.scale.isRelevant($0) },
        ]
        return ExperimentOutcome(
            path: path,
            experiment: experiment,
            record: ExperimentRecord(corpus: corpus, evaluation: evaluation),
            missing: [],
            latency: record.latency
        )
    }

    /// The judgments, and the queries' texts by identifier.
    private func judgments(_ experiment: Experiment) throws -> (Qrels, [String: String]) {
        var qrels = try Qrels(path: experiment.qrels)
        if let labels = experiment.labels { qrels.scale = try RelevanceScale(named: labels) }
        if let only = experiment.only, let topics = try experiment.topics.map({ try Topics(path: $0) }) {
            qrels = qrels.only(try topics.queries(having: only))
        }
        return (qrels, try experiment.queries.map { try QueryFile(path: $0).texts } ?? [:])
    }

    private func build(_ experiment: Experiment, into path: String) throws -> ProductIndex {
        var options = BuildOptions(dumps: [experiment.documents], into: path)
        options.synonyms = try experiment.synonyms.map { try String(contentsOfFile: $0, encoding: .utf8) }
        var build = IndexBuild(options) { _ in }
        _ = try build.run()
        return try ProductIndex(path: path)
    }

    private func request(_ experiment: Experiment) throws -> RankingRequest {
        let name = experiment.stage ?? RankingStage.bm25.rawValue
        guard let stage = RankingStage(rawValue: name) else {
            throw EvalError.unknownName(kind: "stage", name: name, known: RankingStage.allCases.map(\.rawValue))
        }
        var request = RankingRequest(SearchRequest(""), stage: stage)
        request.candidates = experiment.candidates ?? request.candidates
        request.search.weights = try experiment.weights.map { try ColumnWeights(parsing: $0) }
        if let fusion = experiment.fusion { request.fusion = try Fusion(parsing: fusion) }
        return request
    }
}
