internal import Foundation

/// A table of judgments with a header: which columns hold what, and what the labels mean.
struct LabelTable {
    private let format: Qrels.Format
    private let separator: Unicode.Scalar
    private let columns: Int
    private let query: Int
    private let document: Int
    private let label: Int

    /// Recognizes a header; nil where it is none of the tables we know.
    init?(header: String) {
        separator = header.contains("\t") ? "\t" : ","
        let names = Self.fields(header[...], separator)?.map { $0.lowercased() } ?? []
        columns = names.count
        func column(_ wanted: String...) -> Int? { wanted.lazy.compactMap { names.firstIndex(of: $0) }.first }
        guard let query = column("query_id", "query"), let document = column("product_id", "docid", "doc_id") else {
            return nil
        }
        if let label = column("esci_label") {
            (format, self.label) = (.esci, label)
        } else if let label = column("label") {
            (format, self.label) = (.wands, label)
        } else if let label = column("rating") {
            (format, self.label) = (.quepid, label)
        } else {
            return nil
        }
        self.query = query
        self.document = document
    }

    /// Reads the rows below the header.
    func read(_ lines: TextLines) throws -> Qrels {
        var grades: [String: [String: Int]] = [:]
        var isHeader = true
        try lines.forEach { line, number in
            if isHeader {
                isHeader = false
                return
            }
            guard let fields = Self.fields(line, separator) else {
                throw lines.problem(
                    number,
                    nil,
                    "a quotation mark is not closed",
                    "Close it; \"\" is one inside quotes"
                )
            }
            guard fields.count == columns else {
                throw lines.problem(
                    number,
                    nil,
                    "\(fields.count) fields where the header has \(columns)",
                    "Quote fields that hold \(separator == "," ? "a comma" : "a tab")"
                )
            }
            for (column, name) in [(query, "query"), (document, "document")] where fields[column].isEmpty {
                throw lines.problem(number, name, "it is empty", "Every judgment names a query and a document")
            }
            guard let grade = try grade(fields[label], lines, number) else { return }
            try Qrels.add(grade, fields[query], fields[document], to: &grades, lines, number)
        }
        return Qrels(grades, scale: scale)
    }

    private var scale: RelevanceScale {
        switch format {
        case .esci: .esci
        case .wands: .wands
        case .quepid, .trec: .trec
        }
    }

    /// The grade of a label; nil where Quepid has none yet.
    private func grade(_ text: String, _ lines: TextLines, _ number: Int) throws -> Int? {
        switch format {
        case .esci:
            let grades = [
                "e": 3, "exact": 3, "s": 2, "substitute": 2, "c": 1, "complement": 1, "i": 0, "irrelevant": 0,
            ]
            if let grade = grades[text.lowercased()] { return grade }
            throw unknown(text, "esci_label", "Labels are E, S, C and I", lines, number)
        case .wands:
            if let grade = ["exact": 2, "partial": 1, "irrelevant": 0][text.lowercased()] { return grade }
            throw unknown(text, "label", "Labels are Exact, Partial and Irrelevant", lines, number)
        case .quepid, .trec:
            if text.isEmpty { return nil }
            if let rating = Double(text), rating == rating.rounded(), Qrels.greatest.contains(Int(clamping: rating)) {
                return Int(rating)
            }
            throw unknown(text, "rating", "Ratings are whole numbers; leave what is not rated empty", lines, number)
        }
    }

    private func unknown(
        _ text: String,
        _ field: String,
        _ remedy: String,
        _ lines: TextLines,
        _ number: Int
    ) -> EvalError {
        lines.problem(number, field, "\"\(text.excerpt)\" is not known", remedy)
    }

    /// The fields of one line (RFC 4180, without line breaks inside fields); nil where a quotation mark is not closed.
    static func fields(_ line: Substring, _ separator: Unicode.Scalar) -> [String]? {
        var fields: [String] = []
        // Scalars, not Characters: a comma and a combining mark behind it would be one Character.
        let scalars = line.unicodeScalars
        var field = String.UnicodeScalarView()
        var isQuoted = false
        var index = scalars.startIndex
        while index < scalars.endIndex {
            let scalar = scalars[index]
            index = scalars.index(after: index)
            if isQuoted {
                if scalar != "\"" {
                    field.append(scalar)
                } else if index < scalars.endIndex, scalars[index] == "\"" {
                    field.append(scalar)
                    index = scalars.index(after: index)
                } else {
                    isQuoted = false
                }
            } else if scalar == "\"", field.isEmpty, separator == "," {
                isQuoted = true
            } else if scalar == separator {
                fields.append(Self.trimmed(field))
                field = String.UnicodeScalarView()
            } else {
                field.append(scalar)
            }
        }
        fields.append(Self.trimmed(field))
        return isQuoted ? nil : fields
    }

    private static func trimmed(_ field: String.UnicodeScalarView) -> String {
        String(field).trimmingCharacters(in: .whitespaces)
    }
}

extension Int {
    /// A number brought into the range of integers; what is not a number becomes `min`.
    init(clamping number: Double) {
        self = number.isNaN ? .min : number >= 0x1p62 ? .max : number <= -0x1p62 ? .min : Int(number)
    }
}
