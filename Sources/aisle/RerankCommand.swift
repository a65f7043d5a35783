import ArgumentParser
import Foundation
import Reranker

/// `aisle rerank`: documents, one a line, the most relevant first.
struct RerankCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rerank",
        abstract: "Put documents in order of relevance to a query.",
        discussion: """
            Reads one document a line. Scores are kept, so asking again costs nothing; --no-cache asks the model anyway. \
            What could not be scored follows in the order given, without numbers; if something failed, the exit code is 1.
            """
    )

    @OptionGroup var model: ModelOptions

    @OptionGroup var check: CheckOptions

    @Option(help: "What a shopper would type.")
    var query: String

    @Option(help: "The task in a sentence, in English; default: the model's.")
    var instruction: String?

    @Argument(help: "A file with one document a line; - is standard input.")
    var file = "-"

    @Option(help: "Results to print; default: all.")
    var top: Int?

    @Option(help: "Print what is scored after this many milliseconds; what is not follows in the order given.")
    var budgetMs: Int?

    @Flag(help: "Neither look scores up nor keep them.")
    var noCache = false

    @Flag(help: "Print JSON.")
    var json = false

    /// Most documents, and most bytes of all of them.
    private static let mostDocuments = 100_000
    private static let mostBytes = 256 << 20
    /// Documents between two lines of progress, unless the model has a number of its own.
    private static let step = 64

    func validate() throws {
        if let top, top < 1 { throw ValidationError("--top is at least 1.") }
        if let budgetMs, budgetMs < 1 { throw ValidationError("--budget-ms is a positive number of milliseconds.") }
        if query.isEmpty { throw ValidationError("--query is empty; say what to look for.") }
    }

    func run() async throws {
        do {
            let documents = try documents()
            let (backend, cache) = try await OpenedBackend.cached(
                model.model,
                engine: model.engine,
                caches: !noCache,
                check: check.check()
            )
            let name = backend.description.model
            let outcome = try await score(documents.map(\.text), with: backend)
            await cache?.finish()
            let results = Self.rank(documents, outcome).prefix(top ?? .max)
            if json {
                let isQueryCut = outcome.isQueryTruncated ? true : nil
                try Terminal.printJSON(Answer(model: name, queryTruncated: isQueryCut, results: Array(results)))
            } else {
                print(RerankText(results: Array(results)).text)
            }
            if let warning = Self.cutWarning(outcome, of: documents.count) { Terminal.printError(warning) }
            if let failure = outcome.failure {
                throw CommandFailure("aisle: not all documents have a score: \(failure)")
            }
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure(error)
        }
    }

    /// What was too long, in a line; nil where nothing was.
    private static func cutWarning(_ outcome: RerankResult, of count: Int) -> String? {
        let documents = outcome.truncated.count
        guard documents > 0 || outcome.isQueryTruncated else { return nil }
        let subjects = [
            outcome.isQueryTruncated ? "the query" : nil, documents > 0 ? "\(documents) of \(count) documents" : nil,
        ]
        return "warning: only the beginning was read of \(subjects.compactMap { $0 }.joined(separator: " and of "))"
    }

    /// A line that is not blank.
    private struct Document {
        /// The line's number, from 0.
        var index: Int
        var text: String
    }

    private func documents() throws -> [Document] {
        let handle: FileHandle
        if file == "-" {
            handle = .standardInput
        } else if let opened = FileHandle(forReadingAtPath: file) {
            handle = opened
        } else {
            throw CommandFailure("aisle: \(file) cannot be read; is the path right?")
        }
        let data: Data
        do {
            data = try handle.read(upToCount: Self.mostBytes + 1) ?? Data()
        } catch {
            throw CommandFailure("aisle: \(file) cannot be read: it is a folder, or the disk has a problem")
        }
        guard data.count <= Self.mostBytes else {
            throw CommandFailure("aisle: \(file) is larger than 256 MiB; divide it")
        }
        var documents: [Document] = []
        let mark = Data("\u{FEFF}".utf8)
        // Windows' editors begin files with it; it is no text.
        let lines = data.starts(with: mark) ? data.dropFirst(mark.count) : data
        for (index, line) in lines.split(separator: 10, omittingEmptySubsequences: false).enumerated() {
            var text = String(decoding: line, as: UTF8.self)
            if text.unicodeScalars.last == "\r" { text.unicodeScalars.removeLast() }
            if text.allSatisfy(\.isWhitespace) { continue }
            documents.append(Document(index: index, text: text))
        }
        guard !documents.isEmpty else {
            throw CommandFailure("aisle: \(file) has no documents: one a line is expected")
        }
        guard documents.count <= Self.mostDocuments else {
            throw CommandFailure("aisle: \(file) has more than \(Self.mostDocuments) documents; divide it")
        }
        return documents
    }

    /// Scores some documents at a time; what is scored when something fails is the result.
    ///
    /// Throws what the backend throws when it failed before anything was scored.
    private func score(_ documents: [String], with backend: any RerankBackend) async throws -> RerankResult {
        let deadline = budgetMs.map { ContinuousClock.now + .milliseconds($0) }
        let step = backend.description.stride ?? Self.step
        let progress = RerankProgress(total: documents.count)
        defer { progress.clear() }
        var whole = RerankResult(scores: [])
        while whole.scores.count < documents.count {
            let done = whole.scores.count
            // A budget is for everything together, and the backend divides it best.
            let count = deadline == nil ? min(step, documents.count - done) : documents.count - done
            let request = RerankRequest(
                query: query,
                documents: Array(documents[done..<done + count]),
                instruction: instruction,
                deadline: deadline
            )
            do {
                let part = try await backend.score(request)
                whole.scores += part.scores
                whole.truncated += part.truncated.map { $0 + done }
                whole.isQueryTruncated = whole.isQueryTruncated || part.isQueryTruncated
                whole.failure = whole.failure ?? part.failure
            } catch RemoteError.deadline where deadline != nil {
                break
            } catch {
                guard whole.scores.contains(where: { $0 != nil }) else { throw error }
                whole.failure = whole.failure ?? "\(error)"
                break
            }
            progress.show(done: whole.scores.count)
        }
        whole.scores += Array(repeating: nil, count: documents.count - whole.scores.count)
        return whole
    }

    /// Best first, equal margins in their order; what was not scored follows in its order.
    private static func rank(_ documents: [Document], _ outcome: RerankResult) -> [Ranked] {
        let scores = outcome.scores
        let truncated = Set(outcome.truncated)
        let order = documents.indices.sorted { a, b in
            switch (scores[a], scores[b]) {
            case (let x?, let y?): (y.margin, a) < (x.margin, b)
            case (.some, nil): true
            case (nil, .some): false
            case (nil, nil): a < b
            }
        }
        return order.enumerated().map { rank, place in
            Ranked(
                index: documents[place].index,
                rank: rank + 1,
                score: scores[place]?.probability,
                margin: scores[place]?.margin,
                truncated: truncated.contains(place) ? true : nil,
                text: documents[place].text
            )
        }
    }

    private struct Answer: Encodable {
        var model: String
        /// There where only the query's beginning was read.
        var queryTruncated: Bool?
        var results: [Ranked]
    }
}

/// One document with its place; the numbers are null where time was up.
struct Ranked: Encodable {
    /// The line, from 0.
    var index: Int
    /// From 1.
    var rank: Int
    /// The probability of "yes".
    var score: Double?
    /// Its log-odds.
    var margin: Double?
    /// There where only the text's beginning was read.
    var truncated: Bool?
    var text: String
}
