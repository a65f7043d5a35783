internal import Foundation

/// One experiment as its file holds it: what is indexed, asked and measured, and what came out the last time.
///
/// What came out is a record: it says that something moved, not that something is right.
public struct Experiment: Codable, Sendable, Equatable {
    /// What it is for, in a sentence.
    public var about: String
    /// The dump; paths are relative to the folder the command runs in.
    public var documents: String
    /// A synonym file.
    public var synonyms: String?
    /// Lines of identifier, tab, query; nil: judgments name queries by their text.
    public var queries: String?
    /// The judgments.
    public var qrels: String
    /// What the judgments' grades mean where the file does not say: `trec`, `esci`, `wands`.
    public var labels: String?
    /// Properties of the queries.
    public var topics: String?
    /// Only queries with this property, as `language=zh`.
    public var only: String?
    /// `bm25`, `rerank` or `fused`; nil: `bm25`.
    public var stage: String?
    /// The model of the second stage; where it is a folder that is not there, the experiment is left out.
    public var model: String?
    /// Hits the model sees.
    public var candidates: Int?
    /// How stage `fused` makes one order of two.
    public var fusion: String?
    /// Weights of the text columns.
    public var weights: String?
    /// Products for each query.
    public var top: Int?
    /// What is measured.
    public var metrics: [String]
    /// What came out the last time; nil before the first.
    public var expected: ExperimentRecord?

    /// Reads a file.
    ///
    /// Throws `EvalError.file`.
    public init(path: String) throws {
        do {
            self = try JSONDecoder().decode(Experiment.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
        } catch let error as DecodingError {
            throw EvalError.file(path: path, problem: "it is no experiment (\(Self.text(error)))")
        } catch {
            throw EvalError.file(path: path, problem: "it cannot be read (\(error.localizedDescription))")
        }
    }

    /// Writes the file, keys in order.
    ///
    /// Throws `EvalError.file`.
    public func write(to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        do {
            try (encoder.encode(self) + Data("\n".utf8)).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw EvalError.file(path: path, problem: "it cannot be written (\(error.localizedDescription))")
        }
    }

    /// The files it needs that are not there.
    public var missingFiles: [String] {
        let folder = model.flatMap { $0.contains("/") && !$0.contains("://") ? $0 : nil }
        return [documents, synonyms, queries, qrels, topics, folder].compactMap { $0 }
            .filter { !FileManager.default.fileExists(atPath: $0) }
    }

    private static func text(_ error: DecodingError) -> String {
        switch error {
        case .keyNotFound(let key, _): "\"\(key.stringValue)\" is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            "\"\(context.codingPath.map(\.stringValue).joined(separator: "."))\" is of another kind"
        default: "it is not JSON"
        }
    }
}

/// What came out of an experiment: what was searched, and how well.
public struct ExperimentRecord: Codable, Sendable, Equatable {
    /// Counts: products, queries, judgments, relevant ones.
    public var corpus: [String: Int]
    /// Means over the judged queries, to four decimals.
    public var metrics: [String: Double]

    /// A record of counts and figures.
    public init(corpus: [String: Int], metrics: [String: Double]) {
        self.corpus = corpus
        self.metrics = metrics
    }

    /// A record of counts and of an evaluation's means.
    public init(corpus: [String: Int], evaluation: Evaluation) {
        self.corpus = corpus
        metrics = evaluation.metrics.reduce(into: [:]) { metrics, name in
            metrics[name] = Self.rounded(evaluation.mean(name) ?? 0)
        }
    }

    /// To four decimals.
    static func rounded(_ value: Double) -> Double { (value * 10_000).rounded() / 10_000 }

    /// What is different from an older record, by name; empty where all is the same.
    ///
    /// A figure moved where its four decimals did. What only one of them has moved, too.
    public func changes(since old: ExperimentRecord) -> [ExperimentChange] {
        func changes(_ old: [String: Double], _ new: [String: Double]) -> [ExperimentChange] {
            Set(old.keys).union(new.keys).sorted().compactMap { name in
                let (before, after) = (old[name], new[name])
                let isSame = before.map(Self.rounded) == after.map(Self.rounded)
                return isSame ? nil : ExperimentChange(name: name, before: before, after: after)
            }
        }
        return changes(old.corpus.mapValues(Double.init), corpus.mapValues(Double.init))
            + changes(old.metrics, metrics)
    }
}

/// One figure that moved.
public struct ExperimentChange: Sendable, Equatable {
    /// The figure's name.
    public let name: String
    /// Nil where it is new.
    public let before: Double?
    /// Nil where it is gone.
    public let after: Double?
}
