/// What can go wrong with an evaluation.
public enum EvalError: Error, Sendable, Hashable {
    /// A file cannot be read or written.
    case file(path: String, problem: String)
    /// A file is larger than is read, in bytes.
    case tooLarge(path: String, bytes: Int, limit: Int)
    /// A line (1-based) of a file is not what it should be.
    case line(path: String, line: Int, field: String?, problem: String, remedy: String)
    /// A file holds no line that counts.
    case empty(path: String, expected: String)
    /// There is no metric of this name.
    case unknownMetric(name: String, suggestion: String?)
    /// A metric's depth or parameter is wrong.
    case metricDepth(name: String, problem: String)
    /// A metric is asked for twice.
    case metricTwice(name: String)
    /// A run has a document twice for a query.
    case repeatedDocument(query: String, document: String)
    /// A run has a score that is not a finite number.
    case unusableScore(query: String, document: String)
    /// Two queries of the judgments get the same new name.
    case renamedTwice(query: String)
    /// The judgments have no query.
    case nothingJudged
    /// Two runs have the same name, which tables and reports tell them by.
    case repeatedRun(name: String)
    /// Two evaluations of different queries or metrics cannot be compared.
    case incomparable(left: String, right: String)
    /// There are too few queries to hold some out.
    case folds(parts: Int, queries: Int)
    /// No judged query has the property asked for.
    case noTopic(property: String, known: [String])
    /// A name that is not one of the known ones.
    case unknownName(kind: String, name: String, known: [String])
}

extension EvalError: CustomStringConvertible {
    /// What was wrong, where, and what to do.
    public var description: String {
        switch self {
        case .file(let path, let problem): "\(path): \(problem)."
        case .tooLarge(let path, let bytes, let limit):
            "\(path) has \(bytes) bytes and at most \(limit) are read: divide it, or leave out deep ranks."
        case .line(let path, let line, let field, let problem, let remedy):
            "\(path):\(line): \(field.map { "\($0): " } ?? "")\(problem). \(remedy)."
        case .empty(let path, let expected): "\(path) is empty. Expected: \(expected)."
        case .unknownMetric(let name, let suggestion):
            "There is no metric \"\(name)\"."
                + (suggestion.map { " Did you mean \($0)?" } ?? "")
                + " Metrics are named like these: \(MetricName.known.joined(separator: ", "))."
        case .metricDepth(let name, let problem): "Metric \"\(name)\": \(problem)."
        case .metricTwice(let name): "Metric \(name) is asked for twice: name it once."
        case .repeatedDocument(let query, let document):
            "Query \"\(query)\" has document \"\(document)\" twice: a ranking has each document once."
        case .unusableScore(let query, let document):
            "Query \"\(query)\", document \"\(document)\": the score is not a finite number of single precision."
        case .renamedTwice(let query):
            "Two queries of the judgments are both called \"\(query)\": give each query one identifier."
        case .nothingJudged: "The judgments have no query: nothing can be evaluated."
        case .repeatedRun(let name): "Two runs are called \"\(name)\": give each a name of its own."
        case .incomparable(let left, let right):
            "\(left) and \(right) were evaluated on different queries or metrics: use the same judgments for both."
        case .folds(let parts, let queries):
            """
            \(queries) judged queries cannot be divided into \(parts) parts of at least \(Folds.leastQueries), two at least: \
            judge more queries. What was tuned on the queries it is measured on is no result and is not reported.
            """
        case .noTopic(let property, let known):
            "No judged query has \(property). Properties are: \(known.joined(separator: ", "))."
        case .unknownName(let kind, let name, let known):
            "There is no \(kind) \"\(name)\". Known: \(known.joined(separator: ", "))."
        }
    }
}
