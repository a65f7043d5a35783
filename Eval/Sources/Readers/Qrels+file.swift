internal import Foundation

extension Qrels {
    /// The kinds of judgment files.
    public enum Format: String, Sendable, CaseIterable {
        /// Lines of `query 0 document grade`.
        case trec
        /// Comma-separated, header `query,docid,rating`.
        case quepid
        /// Amazon ESCI, with columns `query_id`, `product_id`, `esci_label` (E, S, C, I or the words).
        case esci
        /// Wayfair WANDS, tab-separated whatever its name says, with `query_id`, `product_id`, `label`.
        case wands
    }

    /// Reads judgments; the format is known by the first line.
    ///
    /// Bounded to 2 GiB. Throws `EvalError`; a document judged twice for a query is refused.
    public init(path: String) throws {
        let lines = try TextLines(path: path)
        if let table = LabelTable(header: lines.first) {
            self = try table.read(lines)
        } else {
            self = try Self.trec(lines)
        }
        guard !grades.isEmpty else {
            throw EvalError.empty(path: path, expected: "lines of query 0 document grade, or a table with a header")
        }
    }

    private static func trec(_ lines: TextLines) throws -> Qrels {
        var grades: [String: [String: Int]] = [:]
        try lines.forEach { line, number in
            let fields = line.words
            guard fields.count == 4 else {
                throw lines.problem(
                    number,
                    nil,
                    "\(fields.count) fields where TREC judgments have 4",
                    """
                    Write each line as: query 0 document grade; or begin a table with a header: query,docid,rating \
                    (Quepid), query_id,product_id,esci_label (ESCI), query_id,product_id,label (WANDS)
                    """
                )
            }
            guard let grade = Int(fields[3]), greatest.contains(grade) else {
                throw lines.problem(
                    number,
                    "grade",
                    "\"\(fields[3].excerpt)\" is not a whole number from \(greatest.lowerBound) to \(greatest.upperBound)",
                    "0 is not relevant, 1 and above is relevant"
                )
            }
            try add(grade, String(fields[0]), String(fields[2]), to: &grades, lines, number)
        }
        return Qrels(grades)
    }

    /// Grades that are read.
    ///
    /// Metrics with 2^grade mean nothing beyond.
    static let greatest = -1000...1000

    /// Adds a judgment, unless there is one.
    static func add(
        _ grade: Int,
        _ query: String,
        _ document: String,
        to grades: inout [String: [String: Int]],
        _ lines: TextLines,
        _ number: Int
    ) throws {
        guard grades[query, default: [:]].updateValue(grade, forKey: document) == nil else {
            throw lines.problem(
                number,
                "document",
                "query \"\(query.excerpt)\" judges \"\(document.excerpt)\" twice",
                "Leave one judgment for each document of a query"
            )
        }
    }
}
