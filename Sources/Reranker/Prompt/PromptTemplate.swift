/// The words around instruction, query and document.
///
/// Source: the model card of Qwen3-Reranker. A trained model answers to exactly these; see also its chat template.
public struct PromptTemplate: Sendable, Equatable {
    /// What comes first, up to and including the last control token before the body.
    public var opening: String
    /// Ordinary text between `opening` and the body.
    public var turn: String
    /// What comes behind the document.
    ///
    /// It starts with a control token, so it never joins the document's last word.
    public var suffix: String
    /// The task where a request names none.
    public var defaultInstruction: String

    /// A template of these words.
    public init(opening: String, turn: String, suffix: String, defaultInstruction: String) {
        self.opening = opening
        self.turn = turn
        self.suffix = suffix
        self.defaultInstruction = defaultInstruction
    }

    /// The template of Qwen3-Reranker, all sizes.
    public static let qwen3 = PromptTemplate(
        opening: """
            <|im_start|>system
            Judge whether the Document meets the requirements based on the Query and the Instruct provided. \
            Note that the answer can only be "yes" or "no".<|im_end|>
            <|im_start|>
            """,
        turn: "user\n",
        suffix: "<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n",
        defaultInstruction: "Given a web search query, retrieve relevant passages that answer the query"
    )

    /// Everything before the body.
    public var prefix: String { opening + turn }

    /// Instruction, query and document.
    public func body(instruction: String, query: String, document: String) -> String {
        queryPart(instruction: instruction) + queryAndDocumentPart(query: query) + " " + document
    }

    /// The body up to and including `<Query>:`, the same for all queries of an instruction.
    func queryPart(instruction: String) -> String { "<Instruct>: \(instruction)\n<Query>:" }

    /// The body from the query up to and including `<Document>:`.
    func queryAndDocumentPart(query: String) -> String { " \(query)\n<Document>:" }
}
