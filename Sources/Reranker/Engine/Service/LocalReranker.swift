internal import Foundation

/// A Qwen3 reranker in this process.
///
/// One thread of its own runs the model; requests that come at the same time share its passes, so concurrent use never
/// takes more threads than were asked for.
public final class LocalReranker: RerankBackend {
    /// The model, its precision and its template.
    public let description: BackendDescription
    /// How the numbers are multiplied; never `.auto`.
    public let precision: Precision
    /// The files it was loaded from.
    let folder: ModelFolder
    private let encoder: PromptEncoder
    let queue: EngineQueue

    /// Documents that may wait at a time, of all requests.
    public static let queueLimit = 10_000

    /// Loads a model.
    ///
    /// - Parameters:
    ///   - folder: Its files.
    ///   - precision: `.auto` is int8, and for shallow models bf16 where the processor has it, else f32.
    ///   - threads: Threads to compute on; nil: one for each core this process may use.
    ///   - maxLength: Most tokens of a prompt.
    ///   - name: What the model is called in answers; nil: its folder.
    ///   - digests: A file that remembers hashes of large weights; nil: they are computed each time.
    /// - Throws: `ModelError`, `WeightsError`, `TokenizerError`, `PromptError`, `EngineError`, and `HubError` or
    ///   `CancellationError` while weights are hashed.
    public init(
        _ folder: ModelFolder,
        precision: Precision = .auto,
        threads: Int? = nil,
        maxLength: Int = 8192,
        name: String? = nil,
        digests: String? = nil
    ) throws {
        let configuration = folder.configuration
        encoder = try PromptEncoder(
            tokenizer: Tokenizer(contentsOf: URL(fileURLWithPath: folder.tokenizerPath)),
            maxLength: min(maxLength, configuration.maximumPositions)
        )
        let weights = try folder.openWeights()
        let fingerprint = try folder.fingerprint(of: weights, digests: FileDigests(path: digests))
        let model = try Qwen3Model(
            configuration: configuration,
            weights: weights,
            answers: AnswerTokens(yes: encoder.yes, no: encoder.no),
            precision: precision,
            threads: threads ?? WorkerTeam.availableCores,
            quantizedFile: Int8File.Place(path: "\(folder.path)/\(ModelFolder.quantizedName)", key: fingerprint)
        )
        self.precision = model.precision
        self.folder = folder
        description = BackendDescription(
            model: name ?? folder.path,
            backend: "in-process",
            fingerprint: Self.fingerprint(model: fingerprint, model.precision, encoder),
            scoreKind: .margin,
            takesInstruction: true,
            firstStageWeight: configuration.firstStageWeight
        )
        queue = EngineQueue(limit: Self.queueLimit)
        let queue = queue
        // From here on the model belongs to this thread alone.
        nonisolated(unsafe) let owned = model
        let thread = Thread {
            var loop = EngineLoop(model: owned, queue: queue)
            loop.run()
        }
        thread.name = "aisle-engine"
        thread.stackSize = 8 << 20
        thread.start()
    }

    deinit {
        queue.stop()
    }

    /// Scores every document of a request, or as many as its deadline allows, best-first in the order given.
    ///
    /// - Throws: `PromptError` for an instruction that is too long, `EngineError`, `CancellationError`.
    public func score(_ request: RerankRequest) async throws -> RerankResult {
        guard !request.documents.isEmpty else { return RerankResult(scores: []) }
        try queue.check(room: request.documents.count)
        let prompts = try encoder.encode(
            query: request.query,
            documents: request.documents,
            instruction: request.instruction,
            documentTokens: request.documentTokens,
            until: request.deadline
        )
        var result = try await score(prompts, until: request.deadline)
        // Texts that were not even tokenized in time.
        let rest = request.documents.count - result.scores.count
        result.scores += Array(repeating: nil, count: rest)
        result.isLate = result.isLate || rest > 0
        return result
    }

    /// All that scores depend on.
    private static func fingerprint(model: String, _ precision: Precision, _ encoder: PromptEncoder) -> String {
        var digest = SHA256()
        let template = encoder.template
        for words in [template.opening, template.turn, template.suffix, template.defaultInstruction] {
            digest.add(field: words)
        }
        let parts = ["\(Qwen3Model.revision)", digest.bytes().prefix(8).hexadecimal, "\(encoder.maxLength)"]
        return ([model, precision.rawValue] + parts).joined(separator: "|")
    }

    private func score(_ prompts: EncodedPrompts, until deadline: ContinuousClock.Instant?) async throws -> RerankResult
    {
        let id = queue.newID()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                queue.add(
                    EngineQueue.Request(
                        id: id,
                        prompts: prompts,
                        deadline: deadline,
                        continuation: continuation
                    )
                )
                // A task cancelled before the request was there has told the queue too early.
                if Task.isCancelled { queue.cancel(id) }
            }
        } onCancel: {
            queue.cancel(id)
        }
    }
}
