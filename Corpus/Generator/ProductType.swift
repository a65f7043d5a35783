/// One kind of product, as its block in `Corpus/sources/types` describes it.
struct ProductType {
    let id: String
    let department: Department
    let file: String
    let line: Int
    var names = Wording(cells: [])
    var path = Wording(cells: [])
    var tags = Wording(cells: [])
    var code: String?
    var priceRange = 10.0...20.0
    var modelCount = 3
    var attributes: [(id: String, values: [String])] = []
    var varying: [String] = []
    var needs: [String] = []
    var substitutes: [String] = []
    var complements: [String] = []
    var accessoryFor: String?
    var keywordTrapFor: [String] = []
    var properNames: [Wording] = []
    var features: [Wording] = []

    /// Whether the tables word it in German, French and Spanish as well.
    var isMultilingual: Bool { names.has(.de) && names.has(.fr) && names.has(.es) }

    init(id: String, department: Department, file: String, line: Int) {
        self.id = id
        self.department = department
        self.file = file
        self.line = line
    }

    /// Reads one `key: value`, `attribute = values` or `+ sentence` line into the type.
    mutating func read(_ text: String, line: Int, vocabulary: Vocabulary) throws {
        if text.hasPrefix("+") {
            features.append(Wording(cells: String(text.dropFirst()).fields, synonyms: false))
        } else if let equals = text.firstRange(of: " = ") {
            let values = String(text[equals.upperBound...]).words
            try readAttribute(String(text[..<equals.lowerBound]), values, line: line, vocabulary: vocabulary)
        } else if let colon = text.firstIndex(of: ":") {
            let value = String(text[text.index(after: colon)...]).trimmed
            try readKey(String(text[..<colon]), value, line: line, vocabulary: vocabulary)
        } else {
            throw CorpusError.unknown(file: file, line: line, kind: "line", value: text)
        }
    }

    private mutating func readAttribute(
        _ id: String,
        _ values: [String],
        line: Int,
        vocabulary: Vocabulary
    ) throws {
        guard let kind = vocabulary.attribute(id) else {
            throw CorpusError.unknown(file: file, line: line, kind: "attribute", value: id)
        }
        for value in values where !vocabulary.isKnown(kind, value: value) {
            throw CorpusError.unknown(file: file, line: line, kind: "value of \(id)", value: value)
        }
        attributes.append((id: id, values: values))
    }

    private mutating func readKey(_ key: String, _ value: String, line: Int, vocabulary: Vocabulary) throws {
        switch key {
        case "names": names = Wording(cells: value.fields)
        case "path": path = Wording(cells: value.fields, synonyms: false)
        case "tags": tags = Wording(cells: value.fields)
        case "code": code = value
        case "price":
            let bounds = value.split(separator: "-").compactMap { Double($0) }
            guard bounds.count == 2, bounds[0] < bounds[1] else {
                throw CorpusError.number(file: file, line: line, value: value)
            }
            priceRange = bounds[0]...bounds[1]
        case "models":
            guard let count = Int(value) else { throw CorpusError.number(file: file, line: line, value: value) }
            modelCount = count
        case "vary": varying = value.words
        case "needs":
            needs = value.words
            for need in needs where vocabulary.need(need) == nil {
                throw CorpusError.unknown(file: file, line: line, kind: "need", value: need)
            }
        case "like": substitutes = value.words
        case "with": complements = value.words
        case "for": accessoryFor = value
        case "trap": keywordTrapFor = value.words
        case "decoy": break
        case "proper": properNames.append(Wording(cells: value.fields, synonyms: false))
        default: throw CorpusError.unknown(file: file, line: line, kind: "key", value: key)
        }
    }
}

/// All product types, in the order of the departments and of their files.
struct ProductTypes {
    let all: [ProductType]
    private let index: [String: Int]

    init(_ folder: SourceFolder, _ vocabulary: Vocabulary) throws {
        var types: [ProductType] = []
        for department in vocabulary.departments {
            let file = "types/\(department.id).txt"
            var open: ProductType?
            for line in try folder.lines(file) {
                if line.text.hasPrefix("[") {
                    if let finished = open { types.append(finished) }
                    let id = String(line.text.dropFirst().prefix { $0 != "]" })
                    open = ProductType(id: id, department: department, file: file, line: line.number)
                } else {
                    try open?.read(line.text, line: line.number, vocabulary: vocabulary)
                }
            }
            if let finished = open { types.append(finished) }
        }
        all = types
        index = Dictionary(types.enumerated().map { ($0.element.id, $0.offset) }, uniquingKeysWith: { old, _ in old })
        try check()
    }

    subscript(id: String) -> ProductType? {
        index[id].map { all[$0] }
    }

    private func check() throws {
        for type in all {
            for (key, isEmpty) in [
                ("names", !type.names.has(.en) || !type.names.has(.zh)),
                ("path", !type.path.has(.en) || !type.path.has(.zh)), ("+", type.features.isEmpty),
            ] where isEmpty {
                throw CorpusError.missing(file: type.file, line: type.line, key: key)
            }
            for other in type.substitutes + type.complements + type.keywordTrapFor
                + [type.accessoryFor].compactMap(\.self)
            where self[other] == nil {
                throw CorpusError.unknown(file: type.file, line: type.line, kind: "product type", value: other)
            }
            for attribute in type.varying where !type.attributes.contains(where: { $0.id == attribute }) {
                throw CorpusError.unknown(file: type.file, line: type.line, kind: "attribute to vary", value: attribute)
            }
        }
    }
}
