/// Why a model cannot run in this process.
public enum EngineError: Error, Sendable, Equatable {
    /// So many threads cannot be had.
    case threads(Int)
    /// Tensors of one layer are stored in different types.
    case mixedTypes([String])
    /// The processor has no bf16 products.
    case noBF16
    /// A token is not in the model's vocabulary.
    case token(Int, vocabularySize: Int)
    /// So many documents wait already.
    case busy(waiting: Int)
    /// The engine was told to stop.
    case stopped
    /// A margin came out as NaN or infinity.
    case notFinite
}

extension EngineError: CustomStringConvertible {
    /// What is wrong, and what to do.
    public var description: String {
        switch self {
        case .threads(let count):
            "cannot start \(count) threads; ask for fewer with --threads"
        case .mixedTypes(let names):
            "\(names.joined(separator: ", ")) are stored in different types, which one layer cannot be; save the model in one type"
        case .noBF16:
            "this processor does not multiply bf16; use --precision int8 or f32"
        case .token(let id, let size):
            "token \(id) is outside the model's vocabulary of \(size); tokenizer.json and config.json do not belong together"
        case .busy(let waiting):
            "the reranker is busy: \(waiting) documents wait already; try again in a moment"
        case .stopped:
            "the reranker has been stopped"
        case .notFinite:
            "the model's numbers overflowed; its weights are damaged or not those of a reranker (aisle model verify says more)"
        }
    }
}
