/// What became of the second stage: part of every answer.
public struct RerankReport: Sendable, Equatable {
    /// How far it came.
    public enum Status: String, Sendable, Codable {
        /// All candidates were scored.
        case complete
        /// Some were; the others follow in first-stage order.
        case partial
        /// It was not asked.
        case skipped
        /// It was asked in vain: the order is the first stage's.
        case failed
    }

    /// How far it came.
    public var status: Status
    /// Why it is not complete; nil where it is.
    public var reason: RerankReason?
    /// Candidates with a score.
    public var scored = 0
    /// Candidates there were.
    public var candidates = 0
    /// Scores that were known before: from the score cache, or with a ranking that was kept.
    public var cached = 0
    /// Hits taken out because of their margin.
    public var dropped = 0
    /// The kind of backend; nil: there is none.
    public var backend: String?
    /// The model; nil: there is none.
    public var model: String?
    /// Time it took, in milliseconds.
    public var milliseconds = 0.0

    /// Whether another attempt could not come further.
    public var isFinal: Bool {
        switch (status, reason) {
        case (.complete, _), (.skipped, .stage?), (.skipped, .noModel?), (.skipped, .sorted?), (.skipped, .noQuery?),
            (.skipped, .noCandidates?):
            true
        default: false
        }
    }

    /// A report without figures.
    public init(_ status: Status, _ reason: RerankReason? = nil) {
        self.status = status
        self.reason = reason
    }
}

/// Why the second stage was not, or not wholly, done.
public enum RerankReason: Sendable, Equatable, CustomStringConvertible {
    /// The request wants the first stage only.
    case stage
    /// There is no model.
    case noModel
    /// The model could not be opened.
    case unavailable(String)
    /// The request wants another order.
    case sorted(String)
    /// There are no words to be relevant to.
    case noQuery
    /// The first stage found nothing.
    case noCandidates
    /// The first stage and the page need all of the budget.
    case noTime
    /// The budget was over.
    case deadline
    /// The backend left candidates out although there was time.
    case incomplete
    /// The circuit breaker keeps requests away from it.
    case resting(failures: Int, pause: Duration)
    /// It failed.
    case failure(String)
    /// It answered with another number of scores.
    case wrongCount(expected: Int, actual: Int)
    /// It answered with something that is no number.
    case notFinite(candidate: Int)
    /// It answered with log-odds that cannot be.
    case outOfRange(candidate: Int, margin: Double)
    /// It answered with the same score for different texts.
    case constant(margin: Double, candidates: Int)

    /// The kind of reason in a word, for statistics.
    public var code: String {
        switch self {
        case .stage: "stage"
        case .noModel: "no_model"
        case .unavailable: "unavailable"
        case .sorted: "sorted"
        case .noQuery: "no_query"
        case .noCandidates: "no_candidates"
        case .noTime: "no_time"
        case .deadline: "deadline"
        case .incomplete: "incomplete"
        case .resting: "resting"
        case .failure: "failure"
        case .wrongCount: "wrong_count"
        case .notFinite: "not_finite"
        case .outOfRange: "out_of_range"
        case .constant: "constant"
        }
    }

    /// One line.
    public var description: String {
        switch self {
        case .stage: "stage bm25"
        case .noModel: "there is no model: name one with --model"
        case .unavailable(let error): "the model cannot be opened: \(error)"
        case .sorted(let key): "hits are sorted by \(key)"
        case .noQuery: "there is no query"
        case .noCandidates: "there are no candidates"
        case .noTime: "the budget leaves no time for it"
        case .deadline: "the budget was over"
        case .incomplete: "the reranker left candidates without a score"
        case .resting(let failures, let pause):
            pause > .zero
                ? "not asked after \(failures) failures in a row, for \(pause.seconds) s more"
                : "not asked after \(failures) failures in a row, until the request that tries it is back"
        case .failure(let error): error
        case .wrongCount(let expected, let actual): "it answered with \(actual) scores for \(expected) candidates"
        case .notFinite(let candidate): "its score of candidate \(candidate) is not a number"
        case .outOfRange(let candidate, let margin): "its margin of candidate \(candidate), \(margin), cannot be"
        case .constant(let margin, let candidates): "it gives all \(candidates) candidates the same margin, \(margin)"
        }
    }
}

extension Duration {
    /// Whole seconds, rounded up.
    fileprivate var seconds: Int64 { components.seconds + (components.attoseconds > 0 ? 1 : 0) }

    /// As a number of milliseconds.
    var milliseconds: Double { Double(components.seconds) * 1e3 + Double(components.attoseconds) / 1e15 }
}
