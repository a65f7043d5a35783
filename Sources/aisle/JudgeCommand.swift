import ArgumentParser
import Clicks
import Foundation

/// `aisle judge`: judgments without judges.
struct JudgeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "judge",
        abstract: "Make relevance judgments of what shoppers clicked, for `aisle eval`.",
        discussion: """
            Grades 0 to 3 are a product's click rate, freed of its rank, as a share of its query's best. Beside OUTPUT \
            (TREC qrels) go OUTPUT.queries.tsv (what to give `aisle run`) and OUTPUT.confidence.csv (the chance that the \
            true rate lies within each grade's range). Products that were never shown are not judged.
            """
    )

    @Option(help: "The file of events that `aisle events import` made.")
    var fromEvents: String

    @Option(help: "The qrels file; written beside it and renamed when it is complete.")
    var output: String

    @Option(help: "Leave out judgments less sure than this, 0 to 1.")
    var minConfidence = 0.0

    @Flag(help: "Print JSON.")
    var json = false

    /// What `--json` prints.
    private struct Report: Encodable {
        let queries: Int
        let judgments: Int
        let grades: [String: Int]
    }

    func validate() throws {
        guard (0...1).contains(minConfidence) else { throw ValidationError("--min-confidence is 0 to 1.") }
    }

    func run() async throws {
        do {
            let table = try await EventStore.open(path: fromEvents, create: false).evidence()
            let judgments = ClickJudgments(table, leastConfidence: minConfidence).judgments
            let files = JudgmentFiles(judgments)
            try files.write(to: output)
            if json {
                let grades = Dictionary(grouping: judgments) { "\($0.grade)" }.mapValues(\.count)
                try Terminal.printJSON(
                    Report(
                        queries: files.queryCount,
                        judgments: judgments.count - files.unwritable.count,
                        grades: grades
                    )
                )
            }
            for id in files.unwritable {
                Terminal.printError("\(output): left out \"\(id)\": an id with blanks cannot stand in qrels")
            }
            Terminal.printError(
                "\(output): \(files.queryCount) queries, \(judgments.count - files.unwritable.count) judgments"
            )
            if judgments.isEmpty { Terminal.printError(tooLittle) }
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure(error)
        }
    }

    /// Why there is no judgment, and what would help.
    private var tooLittle: String {
        let settings = EvidenceSettings()
        return """
            No product of any query has the evidence that a judgment takes: \(settings.leastShoppers) shoppers who saw \
            it, \(Int(settings.leastExamined)) examined impressions\
            \(minConfidence > 0 ? ", and a confidence of \(minConfidence)" : ""). `aisle events stats` says what there is.
            """
    }
}

/// Judgments as files: qrels, the queries they name, and how sure each is.
struct JudgmentFiles {
    private var qrels = ""
    private var queries = ""
    private var confidences = "query,docid,rating,confidence,rate,clicks,examined\n"
    /// Queries with judgments.
    private(set) var queryCount = 0
    /// Products that qrels cannot name.
    private(set) var unwritable: [String] = []

    init(_ judgments: [ClickJudgments.Judgment]) {
        var current: NormalizedQuery?
        for judgment in judgments {
            let object = judgment.object.rawValue
            guard !object.contains(where: \.isWhitespace) else {
                unwritable.append(object)
                continue
            }
            if judgment.query != current {
                current = judgment.query
                queryCount += 1
                queries += "c\(queryCount)\t\(judgment.query.text)\n"
            }
            qrels += "c\(queryCount) 0 \(object) \(judgment.grade)\n"
            let evidence = judgment.evidence
            confidences +=
                [Self.quoted("c\(queryCount)"), Self.quoted(object), "\(judgment.grade)"].joined(separator: ",")
                + String(
                    format: ",%.4f,%.4f,%.2f,%.2f\n",
                    judgment.confidence,
                    evidence.rate,
                    evidence.tally.clicks,
                    evidence.tally.examined
                )
        }
    }

    /// Writes all three, the qrels last.
    func write(to path: String) throws {
        for (suffix, text) in [(".queries.tsv", queries), (".confidence.csv", confidences), ("", qrels)] {
            try OutputFile.write(Data(text.utf8), to: path + suffix)
        }
    }

    private static func quoted(_ field: String) -> String {
        field.contains(where: { ",\"".contains($0) }) ? "\"" + field.replacing("\"", with: "\"\"") + "\"" : field
    }
}
