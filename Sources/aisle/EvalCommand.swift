import ArgumentParser
import Eval
import Foundation

/// `aisle eval`: how good runs are, and whether one is better than another.
struct EvalCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "eval",
        abstract: "Measure runs against relevance judgments, and compare them.",
        discussion: """
            The first run is the baseline. Judgments: TREC qrels, Quepid CSV (query,docid,rating), ESCI or WANDS labels; \
            runs: TREC, of any engine. Queries that a run misses count 0. docs/evaluation.md defines every metric.
            """
    )

    @Option(help: "The judgments.")
    var qrels: String

    @Option(name: .customLong("run"), help: "A run. May be repeated; the others are compared with the first.")
    var paths: [String]

    @Option(help: "Metrics, e.g. ndcg@10,ndcg_exp@10,map,rr@10,p@10,r@100,success@1,bpref,rbp.80,err@20,judged@10.")
    var metrics = "ndcg@10,rr@10,r@100,judged@10"

    @Flag(help: "Each metric also without unjudged documents.")
    var condensed = false

    @Option(help: "Queries (identifier, tab, text): for judgments that name a query by its text, and for the report.")
    var queries: String?

    @Option(help: "What grades mean where the judgments do not say: trec, esci (0 to 3), wands (0 to 2).")
    var labels: String?

    @Option(help: "Properties of the queries: a header, then a line a query, between tabs. Figures are split by them.")
    var topics: String?

    @Option(help: "Only queries with this property of --topics, e.g. language=zh.")
    var only: String?

    @Option(help: "The index the runs were made from: the report then names products by their titles.")
    var index: String?

    @Option(help: "The least grade that counts as relevant; default 1, with ESCI labels 2 (Substitute).")
    var relevantFrom: Int?

    @Option(help: "Write one HTML page.")
    var report: String?

    @Flag(help: "Print JSON.")
    var json = false

    @Option(help: "Exit with 1 when any run is below, e.g. ndcg@10=0.70. May be repeated.")
    var failUnder: [String] = []

    @Option(help: "Seed of the randomization test and the intervals.")
    var seed: UInt64 = 1

    func validate() throws {
        guard !paths.isEmpty else { throw ValidationError("Give at least one --run FILE.") }
        guard Set(paths).count == paths.count else { throw ValidationError("A --run is given twice.") }
        if only != nil, topics == nil { throw ValidationError("--only needs --topics FILE.") }
        if index != nil, report == nil { throw ValidationError("--index is for --report FILE.") }
        if let relevantFrom, relevantFrom < 1 { throw ValidationError("--relevant-from is at least 1.") }
        do {
            _ = try parsedMetrics()
        } catch {
            throw ValidationError("\(error)")
        }
    }

    func run() throws {
        do {
            let metrics = try parsedMetrics()
            let texts = try queries.map { try QueryFile(path: $0) }
            let topics = try topics.map { try Topics(path: $0) }
            let wanted = try only.flatMap { property in try topics?.queries(having: property) }
            let qrels = try judgments(texts, only: wanted)
            let runs = try paths.enumerated().map { index, path in
                let run = try Run(path: path, name: name(index))
                return wanted.map(run.only) ?? run
            }
            let evaluations = try runs.map { try evaluate(qrels, $0, metrics: metrics) }
            for (index, evaluation) in evaluations.enumerated() { try warn(evaluation, index) }
            let comparisons = try Comparison.againstFirst(evaluations, seed: seed)
            let sidecars = paths.map { RunRecord.sidecar(of: $0) }
            let speeds = try SpeedTable.rows(
                runs,
                qrels,
                latencies: sidecars.map { $0?.reportLatency }
            )
            for (run, sidecar) in zip(runs, sidecars) { warn(run, sidecar) }
            if let report {
                let page = ReportPage(
                    qrels: qrels,
                    runs: runs,
                    evaluations: evaluations,
                    comparisons: comparisons,
                    queryTexts: texts?.texts ?? [:],
                    latencies: sidecars.map { $0?.reportLatency },
                    titles: try index.map { try ProductTitles(index: $0).titles(of: runs) } ?? [:]
                )
                try OutputFile.write(Data(page.html.utf8), to: report)
            }
            if json {
                try Terminal.printJSON(EvalJSON(evaluations, comparisons, speeds, topics))
            } else {
                print(EvalText(evaluations, comparisons, texts: texts?.texts ?? [:]).text)
                if let text = EvalText.speeds(speeds) { print(text) }
                if let topics { print(EvalText.groups(evaluations, topics)) }
            }
            try checkGates(evaluations)
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure(error)
        }
    }

    /// The metrics to compute: those asked for, their condensed forms, those of the gates.
    private func parsedMetrics() throws -> [any Metric] {
        var all = try MetricName.parseList(metrics)
        if condensed {
            let forms = all.filter { !($0 is JudgedShare) && !($0 is Condensed) }.map { Condensed($0) }
            all += forms.filter { form in !all.contains { $0.name == form.name } }
        }
        for gate in try gates() where !all.contains(where: { $0.name == gate.metric.name }) { all.append(gate.metric) }
        return all
    }

    private func gates() throws -> [EvalGate] { try failUnder.map { try EvalGate(parsing: $0) } }

    /// The judgments, with a query's identifier where they name it by its text.
    private func judgments(_ texts: QueryFile?, only wanted: Set<String>?) throws -> Qrels {
        var judgments = try Qrels(path: qrels)
        if let labels { judgments.scale = try RelevanceScale(named: labels) }
        if let texts {
            let known = texts.texts
            judgments = try judgments.renamingQueries(texts.identifiers.filter { known[$0.key] == nil })
        }
        if let wanted { judgments = judgments.only(wanted) }
        if let relevantFrom { judgments.scale.relevantFrom = relevantFrom }
        return judgments
    }

    /// A run's file name without its extension; its path where two are the same.
    private func name(_ index: Int) -> String {
        func short(_ path: String) -> String { URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent }
        let name = short(paths[index])
        return paths.count { short($0) == name } == 1 ? name : paths[index]
    }

    private func warn(_ evaluation: Evaluation, _ index: Int) throws {
        if evaluation.missing.count == evaluation.queries.count {
            throw CommandFailure(
                """
                aisle: \(paths[index]) has none of the judged queries: its first is "\(evaluation.extra.first ?? "")", the first judged \
                one "\(evaluation.queries.first ?? "")". Judgments that name queries by their text need --queries FILE.
                """
            )
        }
        var notes: [String] = []
        func note(_ queries: [String], _ what: String) {
            guard !queries.isEmpty else { return }
            let names = queries.prefix(5).joined(separator: ", ") + (queries.count > 5 ? ", …" : "")
            notes.append("warning: \(evaluation.name): \(what): \(queries.count) (\(names))")
        }
        note(evaluation.missing, "judged queries that the run misses, which count 0")
        note(evaluation.extra, "queries that nobody judged, which do not count")
        if index == 0 {
            note(evaluation.unanswerable, "queries without a relevant document, which count 0 in every run")
        }
        for note in notes { Terminal.printError(note) }
    }

    private func warn(_ run: Run, _ sidecar: RunRecord.Sidecar?) {
        let degraded = (sidecar?.degraded ?? [:]).values.reduce(0, +)
        if degraded > 0 {
            Terminal.printError(
                "warning: \(run.name): queries that were not reranked, whose order is the first stage's: \(degraded)"
            )
        }
        if let cached = sidecar?.cached, cached > 0 {
            Terminal.printError(
                """
                warning: \(run.name): queries with scores that were known before, so its times are not its stage's: \
                \(cached). Run it with --no-cache.
                """
            )
        }
    }

    private func checkGates(_ evaluations: [Evaluation]) throws {
        let failures = try gates().flatMap { gate in evaluations.compactMap { gate.failure(of: $0) } }
        if !failures.isEmpty { throw CommandFailure(failures.joined(separator: "\n")) }
    }
}
