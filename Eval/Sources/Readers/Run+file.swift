internal import Foundation

extension Run {
    /// Reads a TREC run of any engine: lines of `query Q0 document rank score tag`, in any order.
    ///
    /// The second and fourth fields are not read; the ranking is by score. `name` nil takes the file's name without
    /// its extension. Throws `EvalError`; a document twice for a query is refused.
    public init(path: String, name: String? = nil) throws {
        let lines = try TextLines(path: path)
        var documents: [String: [Document]] = [:]
        var seen: [String: Set<String>] = [:]
        try lines.forEach { line, number in
            let fields = line.words
            guard fields.count == 6 else {
                throw lines.problem(
                    number,
                    nil,
                    "\(fields.count) fields where a run has 6",
                    "Write each line as: query Q0 document rank score tag"
                )
            }
            let query = String(fields[0])
            let id = String(fields[2])
            guard let score = Self.score(fields[4]) else {
                throw lines.problem(
                    number,
                    "score",
                    "\"\(fields[4].excerpt)\" is not a finite number",
                    "Write the score as a decimal number, higher for better"
                )
            }
            guard seen[query, default: []].insert(id).inserted else {
                throw lines.problem(
                    number,
                    "document",
                    "query \"\(query.excerpt)\" has \"\(id.excerpt)\" twice",
                    "Leave one line for each document of a query"
                )
            }
            documents[query, default: []].append(Document(id: id, score: score))
        }
        guard !documents.isEmpty else {
            throw EvalError.empty(path: path, expected: "lines of query Q0 document rank score tag")
        }
        let file = URL(fileURLWithPath: path)
        try self.init(name: name ?? file.deletingPathExtension().lastPathComponent, documents: documents)
    }

    private static func score(_ text: Substring) -> Float? {
        // Swift also reads "nan", "inf" and hexadecimal, which a run of decimal numbers never has.
        guard text.utf8.allSatisfy({ "0123456789+-.eE".utf8.contains($0) }), let number = Double(text) else {
            return nil
        }
        let score = Float(number)
        return score.isFinite ? score : nil
    }
}
