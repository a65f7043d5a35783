internal import Foundation

/// The body of a request, in any dialect: fields that are nil are not sent.
struct RemoteRequestBody: Encodable {
    private var model: String?
    private var query: String?
    private var documents: [String]?
    private var texts: [String]?
    private var text_1: String?
    private var text_2: [String]?
    private var instruction: String?
    private var instruct: String?
    private var truncate: Bool?
    private var raw_scores: Bool?
    private var return_text: Bool?
    private var return_documents: Bool?

    /// A request for the scores of all of these documents; `top_n` is left out, which everywhere means all.
    ///
    /// - Parameters:
    ///   - dialect: Decides which fields there are.
    ///   - query: With the template around it, where one is applied on this side.
    ///   - documents: The same.
    ///   - model: The name to ask for.
    ///   - instruction: Where the server applies the template; nil takes its default.
    init(_ dialect: RemoteDialect, query: String, documents: [String], model: String?, instruction: String?) {
        let fields = dialect.requestFields
        func only<Value>(_ field: String, _ value: Value?) -> Value? { fields.contains(field) ? value : nil }
        self.model = only("model", model)
        self.query = only("query", query)
        self.documents = only("documents", documents)
        texts = only("texts", documents)
        text_1 = only("text_1", query)
        text_2 = only("text_2", documents)
        self.instruction = only("instruction", instruction)
        instruct = only("instruct", instruction)
        // TEI refuses a long text otherwise.
        truncate = only("truncate", true)
        raw_scores = only("raw_scores", false)
        return_text = only("return_text", false)
        return_documents = only("return_documents", false)
    }

    /// The body as JSON.
    func bytes() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
        return Array(try encoder.encode(self))
    }
}
