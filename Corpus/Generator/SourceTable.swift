import Foundation

/// What can be wrong with the committed tables or with the files made from them.
enum CorpusError: Error, CustomStringConvertible {
    case unreadable(file: String)
    case fields(file: String, line: Int, expected: Int, found: Int)
    case number(file: String, line: Int, value: String)
    case unknown(file: String, line: Int, kind: String, value: String)
    case missing(file: String, line: Int, key: String)
    case unwritable(file: String)
    case stale(file: String, line: Int)
    case invalid(rule: String, subject: String)

    var description: String {
        switch self {
        case .unreadable(let file):
            "\(file): cannot be read as UTF-8 text; is the path of the Corpus folder right?"
        case .fields(let file, let line, let expected, let found):
            "\(file):\(line): \(found) fields, expected at least \(expected); separate fields by ' | '"
        case .number(let file, let line, let value):
            "\(file):\(line): '\(value)' is not a number"
        case .unknown(let file, let line, let kind, let value):
            "\(file):\(line): unknown \(kind) '\(value)'; add it to its table or correct the spelling"
        case .missing(let file, let line, let key):
            "\(file):\(line): the product type has no '\(key)'"
        case .unwritable(let file):
            "\(file): cannot be written"
        case .stale(let file, let line):
            "\(file):\(line): differs from what the tables give; run sample-catalogue and commit the result"
        case .invalid(let rule, let subject):
            "\(rule): \(subject)"
        }
    }
}

/// One line of a table: its fields and where it stands.
struct SourceRow {
    let file: String
    let line: Int
    let fields: [String]

    func number(_ index: Int) throws -> Double {
        guard index < fields.count, let value = Double(fields[index]) else {
            throw CorpusError.number(file: file, line: line, value: index < fields.count ? fields[index] : "")
        }
        return value
    }
}

/// Reads the tables in `Corpus/sources`: fields between vertical bars, `#` starts a comment line.
struct SourceFolder {
    let path: String

    func text(_ file: String) throws -> String {
        guard let data = FileManager.default.contents(atPath: path + "/" + file),
            let text = String(bytes: data, encoding: .utf8)
        else { throw CorpusError.unreadable(file: file) }
        return text
    }

    func lines(_ file: String) throws -> [(number: Int, text: String)] {
        try text(file).split(separator: "\n", omittingEmptySubsequences: false).enumerated()
            .map { (number: $0.offset + 1, text: String($0.element).trimmed) }
            .filter { !$0.text.isEmpty && !$0.text.hasPrefix("#") }
    }

    func rows(_ file: String, atLeast count: Int) throws -> [SourceRow] {
        try lines(file).map { line in
            let fields = line.text.fields
            guard fields.count >= count else {
                throw CorpusError.fields(file: file, line: line.number, expected: count, found: fields.count)
            }
            return SourceRow(file: file, line: line.number, fields: fields)
        }
    }
}

extension String {
    /// Without surrounding spaces and tabs.
    var trimmed: String {
        var view = Substring(self)
        while let first = view.first, first == " " || first == "\t" || first == "\r" { view.removeFirst() }
        while let last = view.last, last == " " || last == "\t" || last == "\r" { view.removeLast() }
        return String(view)
    }

    /// The trimmed parts between vertical bars.
    var fields: [String] {
        split(separator: "|", omittingEmptySubsequences: false).map { String($0).trimmed }
    }

    /// The parts between spaces.
    var words: [String] {
        split(separator: " ").map(String.init)
    }

    /// With every occurrence of one text replaced by another.
    func replacing(_ old: String, by new: String) -> String {
        replacingOccurrences(of: old, with: new)
    }

    /// With a capital first letter.
    var capitalizedFirst: String {
        prefix(1).uppercased() + dropFirst()
    }
}
