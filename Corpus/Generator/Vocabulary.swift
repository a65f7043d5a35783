/// One department of the shop.
struct Department {
    let id: String
    let prefix: String
    let style: String
    let names: Wording
}

/// An invented brand.
struct Brand {
    let name: String
    let chineseName: String?
    let departments: [String]
    let priceLevel: Double
    let looksLike: String?
}

/// A range name that brands put before a model number.
struct Series {
    let style: String
    let name: String
    let chineseName: String?
}

/// Something a shopper wants a product for.
struct Need {
    let id: String
    let names: Wording
    let sentences: Wording
}

/// A property that products have.
struct AttributeKind {
    enum Values: String {
        case term, number, literal
    }
    enum Place: String {
        case front, back, none
    }
    let id: String
    let values: Values
    let place: Place
    let labels: Wording
    let sentences: Wording
}

/// One value of a property whose values are words.
struct Term {
    let attribute: String
    let id: String
    let names: Wording
    let needs: [String]
}

/// What a language's shop fronts quote prices in.
struct CurrencyRule {
    let language: Language
    let code: String
    let share: Int
    let factor: Double
    let endings: [String]
}

/// A sentence that opens or closes a description.
struct Phrase {
    let style: String
    let role: String
    let texts: Wording
}

/// All tables but the product types.
struct Vocabulary {
    let departments: [Department]
    let brands: [Brand]
    let series: [Series]
    let needs: [Need]
    let attributes: [AttributeKind]
    let terms: [Term]
    let currencies: [CurrencyRule]
    let phrases: [Phrase]
    private let units: [String: Wording]
    private let titleForms: [String: Wording]
    private let decoys: [String: [String]]
    private let attributeIndex: [String: Int]
    private let termIndex: [String: Int]
    private let needIndex: [String: Int]

    init(_ folder: SourceFolder) throws {
        departments = try folder.rows("departments.txt", atLeast: 8).map {
            Department(
                id: $0.fields[0],
                prefix: $0.fields[1],
                style: $0.fields[2],
                names: Wording(cells: $0.fields[3...])
            )
        }
        brands = try folder.rows("brands.txt", atLeast: 4).map { row in
            Brand(
                name: row.fields[0],
                chineseName: row.fields[1] == "-" ? nil : row.fields[1],
                departments: row.fields[2].words,
                priceLevel: try row.number(3),
                looksLike: row.fields.count > 4 ? row.fields[4] : nil
            )
        }
        series = try folder.rows("series.txt", atLeast: 3).map {
            Series(style: $0.fields[0], name: $0.fields[1], chineseName: $0.fields[2] == "-" ? nil : $0.fields[2])
        }
        needs = try folder.rows("needs.txt", atLeast: 11).map {
            Need(
                id: $0.fields[0],
                names: Wording(cells: $0.fields[1...5]),
                sentences: Wording(cells: $0.fields[6...10], synonyms: false)
            )
        }
        attributes = try folder.rows("attributes.txt", atLeast: 10).map { row in
            guard let values = AttributeKind.Values(rawValue: row.fields[1]) else {
                throw CorpusError.unknown(file: row.file, line: row.line, kind: "kind", value: row.fields[1])
            }
            guard let place = AttributeKind.Place(rawValue: row.fields[2]) else {
                throw CorpusError.unknown(file: row.file, line: row.line, kind: "place", value: row.fields[2])
            }
            return AttributeKind(
                id: row.fields[0],
                values: values,
                place: place,
                labels: Wording(cells: row.fields[3...7], synonyms: false),
                sentences: Wording(cells: row.fields[8...9], synonyms: false)
            )
        }
        terms = try folder.rows("values.txt", atLeast: 7).map {
            Term(
                attribute: $0.fields[0],
                id: $0.fields[1],
                names: Vocabulary.termNames(Array($0.fields[2...6])),
                needs: $0.fields.count > 7 ? $0.fields[7].words : []
            )
        }
        currencies = try folder.rows("currencies.txt", atLeast: 5).map { row in
            guard let language = Language(rawValue: row.fields[0]) else {
                throw CorpusError.unknown(file: row.file, line: row.line, kind: "language", value: row.fields[0])
            }
            return CurrencyRule(
                language: language,
                code: row.fields[1],
                share: Int(try row.number(2)),
                factor: try row.number(3),
                endings: row.fields[4].words
            )
        }
        phrases = try folder.rows("phrases.txt", atLeast: 7).map {
            Phrase(style: $0.fields[0], role: $0.fields[1], texts: Wording(cells: $0.fields[2...6], synonyms: false))
        }
        units = Vocabulary.keyed(try folder.rows("units.txt", atLeast: 6))
        titleForms = Vocabulary.keyed(try folder.rows("title-forms.txt", atLeast: 6))
        decoys = Dictionary(
            try folder.rows("decoys.txt", atLeast: 3).map { ("\($0.fields[0])=\($0.fields[1])", $0.fields[2].words) },
            uniquingKeysWith: { first, _ in first }
        )
        attributeIndex = Vocabulary.positions(attributes.map(\.id))
        termIndex = Vocabulary.positions(terms.map { "\($0.attribute)=\($0.id)" })
        needIndex = Vocabulary.positions(needs.map(\.id))
    }

    func attribute(_ id: String) -> AttributeKind? {
        attributeIndex[id].map { attributes[$0] }
    }

    func term(_ attribute: String, _ id: String) -> Term? {
        termIndex["\(attribute)=\(id)"].map { terms[$0] }
    }

    func need(_ id: String) -> Need? {
        needIndex[id].map { needs[$0] }
    }

    /// The product types that a decorative value names without being one: a mug with a keyboard print.
    func decoyTypes(_ attribute: String, _ value: String) -> [String] {
        (decoys["\(attribute)=\(value)"] ?? []).filter { $0 != "-" }
    }

    /// A value as a shopper reads it: `64gb` becomes "64 GB", `wine-red` becomes "burgundy".
    func text(_ attribute: String, _ value: String, _ language: Language, variant: Int = 0) -> String {
        if let term = term(attribute, value) {
            let names = term.names.all(language)
            return names.isEmpty ? term.names.best(.en) : names[variant % names.count]
        }
        let digits = value.prefix { $0.isNumber || $0 == "." }
        guard !digits.isEmpty, let unit = units[String(value.dropFirst(digits.count))] else { return value }
        let number = language.position >= 2 ? String(digits).replacing(".", by: ",") : String(digits)
        return unit.best(language).replacing("#", by: number)
    }

    /// A value as it is worded inside a title.
    func titleText(_ attribute: String, _ value: String, _ language: Language, variant: Int = 0) -> String {
        let plain = text(attribute, value, language, variant: variant)
        return titleForms[attribute].map { $0.best(language).replacing("{v}", by: plain) } ?? plain
    }

    func isKnown(_ attribute: AttributeKind, value: String) -> Bool {
        switch attribute.values {
        case .literal: return true
        case .term: return term(attribute.id, value) != nil
        case .number:
            let digits = value.prefix { $0.isNumber || $0 == "." }
            let unit = value.dropFirst(digits.count)
            return !digits.isEmpty && (unit.isEmpty || units[String(unit)] != nil)
        }
    }

    /// Brackets may hold commas ("tri-mode (USB, Bluetooth)"), so only commas outside them separate synonyms.
    private static func termNames(_ cells: [String]) -> Wording {
        Wording(cells: cells.map { $0.contains("(") ? $0.replacing(", ", by: " / ") : $0 })
    }

    private static func keyed(_ rows: [SourceRow]) -> [String: Wording] {
        Dictionary(
            rows.map { ($0.fields[0], Wording(cells: $0.fields[1...], synonyms: false)) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    private static func positions(_ ids: [String]) -> [String: Int] {
        Dictionary(ids.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: { first, _ in first })
    }
}
