/// Queries to run: identifiers and texts, in the file's order.
public struct QueryFile: Sendable, Equatable {
    /// One query.
    public struct Query: Sendable, Equatable {
        /// Its identifier: not empty, without white space.
        public var id: String
        /// What a shopper typed; not empty.
        public var text: String
    }

    /// The queries, in the file's order.
    public let queries: [Query]

    /// Reads lines of `identifier<TAB>text`.
    ///
    /// Throws `EvalError`; an identifier that is there twice is refused.
    public init(path: String) throws {
        let lines = try TextLines(path: path)
        var queries: [Query] = []
        var seen: [String: Int] = [:]
        let remedy = "Write each line as: identifier, one tab, the query"
        try lines.forEach { line, number in
            // Bytes, not Characters: a tab and a combining mark behind it would be one Character.
            let fields = line.utf8.split(separator: UInt8(ascii: "\t"), maxSplits: 1, omittingEmptySubsequences: false)
                .map { Substring($0) }
            guard fields.count == 2 else { throw lines.problem(number, nil, "there is no tab", remedy) }
            let id = String(fields[0])
            guard !id.isEmpty, !id.unicodeScalars.contains(where: \.properties.isWhitespace) else {
                throw lines.problem(number, "identifier", "\"\(id.excerpt)\" is empty or has blanks", remedy)
            }
            guard !fields[1].isBlank else {
                throw lines.problem(number, "query", "it is empty", remedy)
            }
            guard !fields[1].utf8.contains(UInt8(ascii: "\t")) else {
                throw lines.problem(number, "query", "there is a second tab", remedy)
            }
            if let first = seen.updateValue(number, forKey: id) {
                throw lines.problem(
                    number,
                    "identifier",
                    "\"\(id.excerpt)\" is in line \(first) already",
                    "Give every query an identifier of its own"
                )
            }
            queries.append(Query(id: id, text: String(fields[1])))
        }
        guard !queries.isEmpty else { throw EvalError.empty(path: path, expected: "lines of identifier<TAB>query") }
        self.queries = queries
    }

    /// The texts by identifier.
    public var texts: [String: String] {
        Dictionary(queries.map { ($0.id, $0.text) }, uniquingKeysWith: { first, _ in first })
    }

    /// The identifiers by text; of two with the same text, the first.
    public var identifiers: [String: String] {
        Dictionary(queries.map { ($0.text, $0.id) }, uniquingKeysWith: { first, _ in first })
    }
}
