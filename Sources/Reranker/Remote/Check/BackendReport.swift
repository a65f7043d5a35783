/// What a check of a backend found.
public struct BackendReport: Sendable, CustomStringConvertible {
    /// How one question was answered.
    struct Answer: Sendable {
        var question: KnownQuestion
        /// One a document, nil where it has no score.
        var margins: [Double?]

        /// The margins of answer and others; nil unless all were scored.
        var contest: KnownOrder.Contest? {
            let known = margins.compactMap { $0 }
            guard known.count == question.documents.count else { return nil }
            return KnownOrder.Contest(language: question.language, answer: known[1], others: [known[0], known[2]])
        }
    }

    /// The backend that was checked, as its answers have shown it.
    public internal(set) var backend: BackendDescription
    /// What was found; empty when all is well.
    public internal(set) var findings: [BackendFinding] = []
    /// Tokens of all prompts, where the backend tells.
    public internal(set) var promptTokens: Int?
    private(set) var answers: [Answer] = []

    init(description: BackendDescription) {
        backend = description
    }

    /// Whether the scores can be used.
    public var passed: Bool { !findings.contains { $0.severity == .error } }

    /// Whether nothing is known but that scores are missing: the backend failed, or was too slow.
    public var isUndecided: Bool {
        !passed && findings.allSatisfy { $0.severity == .warning || [.failed, .unscored].contains($0.kind) }
    }

    /// Each known pair with its probability, then what was found.
    public var description: String {
        var lines = ["\(backend.model) (\(backend.backend))"]
        for answer in answers {
            let probabilities = answer.margins.map { margin in
                margin.map { "\(RelevanceScore(margin: $0).probability.rounded(toPlaces: 4))" } ?? "-"
            }
            guard probabilities.count == 3 else { continue }
            lines.append(
                "  \(answer.question.query): \(probabilities[1]), unrelated \(probabilities[0]) and \(probabilities[2])"
            )
        }
        if let promptTokens { lines.append("  \(promptTokens) prompt tokens") }
        lines += findings.map(\.description)
        lines.append(passed ? "passed" : "failed")
        return lines.joined(separator: "\n")
    }

    mutating func add(_ question: KnownQuestion, _ scores: [RelevanceScore?]) {
        answers.append(Answer(question: question, margins: scores.map { $0?.margin }))
    }

    // MARK: Judgement

    /// 16-bit arithmetic moves margins about with the batch; more than this is no rounding.
    static let largestNoise = 1.0

    /// Turns the figures into findings: what is wrong with the numbers hides what they say about the order.
    mutating func judge() {
        let margins = answers.flatMap { $0.margins.compactMap { $0 } }
        let asked = answers.reduce(0) { $0 + $1.question.documents.count }
        if margins.count < asked {
            findings.append(
                BackendFinding(
                    .unscored,
                    "\(asked - margins.count) of \(asked) documents got no score: it is too slow, or refuses them."
                )
            )
        }
        guard let least = margins.min(), let most = margins.max() else { return }
        let order = KnownOrder(answers.compactMap(\.contest))
        if let finding = scaleFinding(least: least, most: most, order) {
            findings.append(finding)
        } else if let finding = orderFinding(order) {
            findings.append(finding)
        }
        if let finding = tokenFinding(pairs: margins.count) { findings.append(finding) }
    }

    private func scaleFinding(least: Double, most: Double, _ order: KnownOrder) -> BackendFinding? {
        let low = RelevanceScore(margin: least).probability
        let high = RelevanceScore(margin: most).probability
        if high < 1e-5 {
            return BackendFinding(
                .nearZero,
                "Every score is about 0: the model's yes/no head is missing (a GGUF file without cls.output.weight does "
                    + "that). Convert the model anew as a reranker, or take another file."
            )
        }
        if most - least < 1e-4 {
            return BackendFinding(
                .constant,
                "Every score is \(high.rounded(toPlaces: 4)): the model or its head was not loaded properly. "
                    + "Check the server's model, its precision and the options that make it a reranker."
            )
        }
        if least >= 0, most > 30 {
            return BackendFinding(
                .wrongScale,
                "Scores from \(least.rounded(toPlaces: 2)) to \(most.rounded(toPlaces: 2)) are neither probabilities nor log-odds: "
                    + "percent, perhaps. Make the server answer probabilities."
            )
        }
        if low > 1 - 1e-5 {
            return BackendFinding(.nearOne, "Every score is about 1: this is no reranker, or its head is wrong.")
        }
        // The sigmoid of 0...1; a little more for rounding.
        if low >= 0.4999, high <= 0.7312, order.isUseful {
            return BackendFinding(
                .doubleSigmoid,
                "Every score lies in 0.5...0.73: a sigmoid was put on probabilities. Switch the server's normalization "
                    + "off, or say scores=doubled in the URL, which takes it away."
            )
        }
        return nil
    }

    private func orderFinding(_ order: KnownOrder) -> BackendFinding? {
        let figures = "answers above what is unrelated: \(order.figures)"
        switch order.verdict {
        case .right: return nil
        case .reversed:
            return BackendFinding(
                .inverted,
                "The order is upside down (\(figures)): the labels are exchanged, or distances are taken for scores. The "
                    + "server's first label must be \"no\", the second \"yes\"."
            )
        case .weak(let languages) where languages.count < KnownQuestion.Language.allCases.count:
            let names = languages.map(\.rawValue).joined(separator: " and ")
            return BackendFinding(
                .weak,
                "Weak for \(names) (\(figures)). That does not matter to a shop without \(names); otherwise take a model "
                    + "that knows it, or see to its prompt. \(templateAdvice)"
            )
        case .weak:
            return BackendFinding(
                .weak,
                "Not all is in order (\(figures)): a weak model, or not the prompt it was trained with. \(templateAdvice)"
            )
        case .chance:
            return BackendFinding(
                .unordered,
                "The order is that of chance (\(figures)): no reranker, or not the prompt it was trained with. "
                    + templateAdvice
            )
        }
    }

    private var templateAdvice: String {
        switch RemoteDialect(rawValue: backend.backend) {
        case .vllm, .vllmScore:
            "Qwen3-Reranker needs its template exactly once: start vLLM with --chat-template and its file and say "
                + "template=none in the URL, or start it without and say template=qwen3."
        case .sglang:
            "Qwen3-Reranker needs its template: start SGLang with --chat-template and its file."
        case .llamacpp:
            "The GGUF file must be of a reranker and hold its rerank template: convert it anew with a recent llama.cpp."
        case .tei: "TEI does not serve Qwen3-Reranker: use a cross-encoder there, or another server."
        case nil: "Check the model's files."
        default: "Check the model's name."
        }
    }

    /// Only Qwen3-Reranker's template has a known length.
    private func tokenFinding(pairs: Int) -> BackendFinding? {
        guard let promptTokens, pairs > 0, answers.count == KnownQuestion.all.count,
            backend.model.lowercased().contains("qwen3-reranker")
        else { return nil }
        let mean = promptTokens / pairs
        if mean < Qwen3Template.leastTokens {
            return BackendFinding(
                .templateMissing,
                "\(mean) tokens a prompt are too few for Qwen3-Reranker's template. \(templateAdvice)"
            )
        }
        if mean > Self.mostTokens {
            return BackendFinding(
                .templateTwice,
                "\(mean) tokens a prompt are enough for two of Qwen3-Reranker's templates. \(templateAdvice)"
            )
        }
        return nil
    }

    /// One template and the known pairs need about 95 tokens on average, two templates about 165.
    private static let mostTokens = 130
}
