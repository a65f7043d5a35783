/// What ranking documents and scoring pairs have in common.
struct RerankOptions: Sendable {
    /// The task in a sentence; nil: the server's.
    var instruction: String?
    /// Most tokens of a document; nil: as many as there is room for.
    var documentTokens: Int?
    /// Whether scores are log-odds instead of probabilities.
    var isRaw: Bool
    /// Time for the request.
    var time: Duration
    /// Whether what is scored in time is answer enough.
    var allowsPartial: Bool
    /// Whether a document that has to be cut is an error.
    var refusesCuts: Bool

    /// Fields for which every server has a name of its own.
    ///
    /// - Throws: `ServerError`.
    init(_ fields: BodyFields, limits: RequestLimits) throws {
        let given = try fields.text("instruction", "instruct", limit: limits.instructionLength)
        // How vLLM's clients hand it to the model's chat template.
        instruction =
            try given ?? fields.object("chat_template_kwargs")?.text("instruction", limit: limits.instructionLength)
        let tokens = try fields.integer("max_tokens_per_doc", in: 0...Self.most) ?? 0
        documentTokens = tokens == 0 ? nil : tokens
        isRaw = try fields.flag("raw_scores") ?? !(fields.flag("use_activation", "activation") ?? true)
        let most = Int(limits.rerank.time.milliseconds)
        time = .milliseconds(try fields.integer("budget_ms", "budget", in: 1...most) ?? most)
        allowsPartial = try fields.flag("allow_partial") ?? false
        refusesCuts = try fields.flag("truncate") == false
        let direction = try fields.text("truncation_direction", limit: 20) ?? "Right"
        guard direction.lowercased() == "right" else {
            throw fields.bad("truncation_direction", "\"Right\": only tails are cut")
        }
        // Read to refuse what cannot be meant; their effect is documented to be none.
        _ = try fields.text("model", limit: 500)
        _ = try fields.integer("truncate_prompt_tokens", in: -1...Self.most)
        _ = try fields.integer("max_chunks_per_doc", in: 0...Self.most)
    }

    /// A number nobody means.
    static let most = 1_000_000_000
}
