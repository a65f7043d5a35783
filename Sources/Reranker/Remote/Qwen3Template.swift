/// Qwen3-Reranker's prompt in two halves, for servers that join a query and a document and nothing else.
///
/// Source: the model card of Qwen/Qwen3-Reranker-0.6B. The halves meet where the tokenizer splits in any case.
enum Qwen3Template {
    static let defaultInstruction = "Given a web search query, retrieve relevant passages that answer the query"

    private static let prefix =
        "<|im_start|>system\nJudge whether the Document meets the requirements based on the Query and the Instruct "
        + "provided. Note that the answer can only be \"yes\" or \"no\".<|im_end|>\n<|im_start|>user\n"
    private static let suffix = "<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n"

    /// Everything before `<Document>:`.
    static func query(_ query: String, instruction: String?) -> String {
        "\(prefix)<Instruct>: \(instruction ?? defaultInstruction)\n<Query>: \(query)\n"
    }

    /// The document and what makes the model answer.
    static func document(_ text: String) -> String {
        "<Document>: \(text)\(suffix)"
    }

    /// Tokens of a prompt besides query and document: prefix 39, suffix 9, and `<Instruct>: ... <Document>:` with the
    /// shortest instruction.
    static let leastTokens = 48 + 12
}
