/// One thing a query asks of a product.
struct Condition {
    enum Subject: Equatable {
        case attribute(String)
        case need
        case brand
        case model
        case code
        /// The model that an accessory is made for.
        case host
    }

    enum Comparison {
        case oneOf
        case atLeast
        case atMost
        case noneOf
    }

    var subject: Subject
    var comparison: Comparison
    var values: [String]
    /// Whether nothing else will do: a shoe in another size is no substitute.
    var isStrict: Bool
}

/// What a shopper means by a query, in the terms of the ground truth.
struct Ask {
    /// The types asked for; empty where any product may do.
    var types: [String] = []
    /// Types that would do as well, decided by hand.
    var alsoTypes: [String] = []
    /// Types that will not do.
    var excludedTypes: [String] = []
    var conditions: [Condition] = []

    /// Whether a product is named, by its line or its code.
    var namesProduct: Bool { conditions.contains { $0.subject == .model || $0.subject == .code } }

    /// The model that an accessory has to fit, where that is asked for.
    var host: String? { conditions.first { $0.subject == .host }?.values.first }
}

/// A query as a shopper types it, and what it asks for.
struct JudgedQuery {
    let id: String
    let language: Language
    let kind: String
    let text: String
    let ask: Ask
}

/// Reads `asks.txt`: identifier, language, kind, query and conditions between vertical bars.
struct AskReader {
    let vocabulary: Vocabulary
    let types: ProductTypes
    /// Models by identifier.
    let models: Set<String>
    let codes: Set<String>

    /// The queries of the file, in its order.
    ///
    /// Throws `CorpusError` with file and line.
    func read(_ folder: SourceFolder, file: String) throws -> [JudgedQuery] {
        try folder.rows(file, atLeast: 5).map { row in
            guard let language = Language(rawValue: row.fields[1]) else {
                throw CorpusError.unknown(file: row.file, line: row.line, kind: "language", value: row.fields[1])
            }
            return JudgedQuery(
                id: row.fields[0],
                language: language,
                kind: row.fields[2],
                text: row.fields[3],
                ask: try ask(row.fields[4].words, row)
            )
        }
    }

    private func ask(_ words: [String], _ row: SourceRow) throws -> Ask {
        var ask = Ask()
        for word in words {
            let (key, sign, values) = try parts(word, row)
            switch key {
            case "type": ask.types += try values.map { try typeID($0, row) }
            case "-type": ask.excludedTypes += try values.map { try typeID($0, row) }
            case "also": ask.alsoTypes += try values.map { try typeID($0, row) }
            case "department":
                ask.types += types.all.filter { values.contains($0.department.id) }.map(\.id)
            default: ask.conditions.append(try condition(key, sign, values, row))
            }
        }
        return ask
    }

    private func condition(_ key: String, _ sign: String, _ values: [String], _ row: SourceRow) throws -> Condition {
        let isExcluded = key.hasPrefix("-")
        let name = isExcluded ? String(key.dropFirst()) : key
        let subject: Condition.Subject
        switch name {
        case "need": subject = .need
        case "brand": subject = .brand
        case "model": subject = .model
        case "code": subject = .code
        case "host": subject = .host
        default: subject = .attribute(name)
        }
        for value in values where !isKnown(value, subject) {
            throw CorpusError.unknown(file: row.file, line: row.line, kind: name, value: value)
        }
        let comparison: Condition.Comparison =
            isExcluded ? .noneOf : sign.hasPrefix(">") ? .atLeast : sign.hasPrefix("<") ? .atMost : .oneOf
        return Condition(
            subject: subject,
            comparison: comparison,
            values: values,
            isStrict: isExcluded || sign.hasSuffix("==") || subject == .host
        )
    }

    private func isKnown(_ value: String, _ subject: Condition.Subject) -> Bool {
        switch subject {
        case .need: vocabulary.need(value) != nil
        case .brand: vocabulary.brands.contains { $0.name == value }
        case .model, .host: models.contains(value)
        case .code: codes.contains(value)
        case .attribute(let id): vocabulary.attribute(id).map { vocabulary.isKnown($0, value: value) } ?? false
        }
    }

    private func typeID(_ id: String, _ row: SourceRow) throws -> String {
        guard types[id] != nil else {
            throw CorpusError.unknown(file: row.file, line: row.line, kind: "product type", value: id)
        }
        return id
    }

    /// `capacity>=1.5l` as `capacity`, `>=`, `[1.5l]`.
    private func parts(_ word: String, _ row: SourceRow) throws -> (key: String, sign: String, values: [String]) {
        for sign in [">==", "<==", ">=", "<=", "==", "="] {
            guard let range = word.firstRange(of: sign) else { continue }
            let values = word[range.upperBound...].split(separator: ",").map(String.init)
            return (String(word[..<range.lowerBound]), sign, values)
        }
        throw CorpusError.unknown(file: row.file, line: row.line, kind: "condition", value: word)
    }
}
