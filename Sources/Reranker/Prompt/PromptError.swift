/// Why a prompt cannot be made.
public enum PromptError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The vocabulary has no such added token, without which the model cannot tell turns apart.
    case missingControlToken(String)
    /// The vocabulary has no token for an answer.
    case missingAnswer(String)
    /// The longest prompt leaves too little room for a body.
    case maxLengthTooSmall(maxLength: Int, least: Int)
    /// The instruction would take the room of query and document.
    case instructionTooLong(tokens: Int, most: Int)

    /// What is wrong and what to do.
    public var description: String {
        switch self {
        case .missingControlToken(let token):
            "The tokenizer has no added token \(token), which the reranker's prompt needs: take the model's own."
        case .missingAnswer(let token):
            "The tokenizer has no token \"\(token)\", which is one of the reranker's answers: take the model's own."
        case .maxLengthTooSmall(let maxLength, let least):
            "Prompts of at most \(maxLength) tokens have no room for query and document: allow \(least) or more."
        case .instructionTooLong(let tokens, let most):
            "The instruction has \(tokens) tokens or more, and at most \(most) are allowed: say the task in a sentence."
        }
    }
}
