/// Scores documents against a query: the engine in this process, or a server elsewhere.
///
/// Named after what the rerank servers call it; a protocol named as its module could not be told from it.
public protocol RerankBackend: Sendable {
    /// What this backend is and what it can do.
    var description: BackendDescription { get }

    /// Scores every document of a request, or as many as its deadline allows, best-first in the order given.
    ///
    /// A result that came before the deadline is never lost: what was not scored in time has no score.
    ///
    /// - Throws: An error that describes itself when nothing could be scored. A passed deadline is not an error.
    func score(_ request: RerankRequest) async throws -> RerankResult
}

/// What a backend is and what it can do.
public struct BackendDescription: Sendable, Equatable {
    /// The model as people know it: `Qwen/Qwen3-Reranker-0.6B`, a folder, a URL.
    public var model: String
    /// The kind of backend: `in-process`, `vllm`, `llamacpp`, `cohere` ...
    public var backend: String
    /// What tells its scores from those of any other backend: model content, precision, template.
    ///
    /// Cached scores are kept under it.
    public var fingerprint: String
    /// What its numbers are before they become margins.
    public var scoreKind: ScoreKind
    /// Whether it follows the instruction of each request.
    public var takesInstruction: Bool
    /// What the best match of words is worth beside this model's margins, in log-odds from 0; nil: nobody said.
    ///
    /// Its makers measured it: a small model leaves more to the words than a large one.
    public var firstStageWeight: Double?

    /// Documents it is best asked for at a time, where somebody wants to see how far it is; nil: any number.
    public var stride: Int?
    /// How long its scores are taken for what it would answer; nil: for ever, as the fingerprint says all there is.
    public var scoresLast: Duration?

    /// A backend described by its maker.
    public init(
        model: String,
        backend: String,
        fingerprint: String,
        scoreKind: ScoreKind,
        takesInstruction: Bool,
        firstStageWeight: Double? = nil,
        stride: Int? = nil,
        scoresLast: Duration? = nil
    ) {
        self.model = model
        self.backend = backend
        self.fingerprint = fingerprint
        self.scoreKind = scoreKind
        self.takesInstruction = takesInstruction
        self.firstStageWeight = firstStageWeight
        self.stride = stride
        self.scoresLast = scoresLast
    }
}

/// What a backend's numbers are.
public enum ScoreKind: String, Sendable, Equatable {
    /// Log-odds of "yes": unbounded, 0 is undecided.
    case margin
    /// A probability in 0...1.
    case probability
}
