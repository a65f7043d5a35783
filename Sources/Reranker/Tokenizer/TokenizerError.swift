/// Why there is no tokenizer.
public enum TokenizerError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The file cannot be read.
    case unreadable(path: String, reason: String)
    /// The file is not one this tokenizer can follow exactly.
    case file(path: String, problem: TokenizerFileProblem)

    /// What is wrong, where, and what to do.
    public var description: String {
        switch self {
        case .unreadable(let path, let reason):
            "The tokenizer \(path) cannot be read (\(reason)): give a model's folder with tokenizer.json in it."
        case .file(let path, let problem): "The tokenizer \(path) cannot be used: \(problem)"
        }
    }
}

/// What is wrong with a tokenizer file.
///
/// Everything that would change the ids is either followed exactly or refused; nothing is ignored.
public enum TokenizerFileProblem: Error, Sendable, Equatable, CustomStringConvertible {
    /// It is not JSON: what is wrong, and at which byte.
    case notJSON(problem: String, offset: Int)
    case missingField(String)
    /// A field stands there twice.
    case repeatedField(String)
    /// A field this version does not know; it could change the ids.
    case unknownField(String)
    /// A field has a value that is not supported.
    case unsupported(field: String, found: String, supported: String)
    /// A token's id is not a whole number below the number of tokens.
    case tokenID(token: String, id: String, count: Int)
    case repeatedToken(String)
    case repeatedID(id: Int, token: String)
    case tokenLength(token: String)
    /// A byte has no token: some texts could not be encoded.
    case missingByte(Int)
    /// A merge (counted from 0) is neither "a b" nor ["a", "b"].
    case mergeForm(merge: String, rank: Int)
    /// A part of a merge, or what it results in, is no token.
    case mergeToken(merge: String, rank: Int)
    case repeatedMerge(merge: String, rank: Int)
    /// An added token has another id than the reference would give it.
    case addedTokenID(token: String, id: Int, expected: Int)
    case repeatedAddedToken(String)
    /// An added token that ordinary text can become too: it could not be neutralised.
    case reachableAddedToken(String)
    case outOfMemory

    /// What is wrong and what helps.
    public var description: String {
        switch self {
        case .notJSON(let problem, let offset):
            "it is not JSON: \(problem) at byte \(offset). Fetch it again with `aisle model pull --verify`."
        case .missingField(let field): "\(field) is missing. Fetch it again with `aisle model pull --verify`."
        case .repeatedField(let field): "\(field) is there twice."
        case .unknownField(let field): "\(field) is not known to this version and could change the ids."
        case .unsupported(let field, let found, let supported):
            "\(field) is \(found); supported is \(supported). Take a tokenizer of the Qwen kind (byte-level BPE)."
        case .tokenID(let token, let id, let count):
            "the token \"\(token)\" has the id \(id); with \(count) tokens it must be a whole number in 0...\(count - 1)."
        case .repeatedToken(let token): "the token \"\(token)\" is there twice."
        case .repeatedID(let id, let token): "the id \(id) of the token \"\(token)\" belongs to another one already."
        case .tokenLength(let token): "the token \"\(token)\" is empty or has 65,536 bytes or more."
        case .missingByte(let byte):
            "the vocabulary has no token for the byte \(byte); train it with the whole byte-level alphabet."
        case .mergeForm(let merge, let rank):
            "merge \(rank) is \(merge); it must be two tokens, as \"a b\" or as [\"a\", \"b\"]."
        case .mergeToken(let merge, let rank):
            "merge \(rank), \(merge): its parts and what they make must be tokens of the vocabulary."
        case .repeatedMerge(let merge, let rank): "merge \(rank), \(merge), is there twice."
        case .addedTokenID(let token, let id, let expected):
            "the added token \"\(token)\" has the id \(id); by its place in the file it is \(expected)."
        case .repeatedAddedToken(let token): "the added token \"\(token)\" is there twice."
        case .reachableAddedToken(let token):
            "the added token \"\(token)\" is also what ordinary text is merged to, so it could not be kept out of texts."
        case .outOfMemory: "there is not enough memory."
        }
    }
}
