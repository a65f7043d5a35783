/// What queries are: properties such as language and kind, by which figures are split.
public struct Topics: Sendable, Equatable {
    /// The names of the properties, in the file's order.
    public let properties: [String]
    /// Query, then property, then value.
    public let values: [String: [String: String]]

    /// Reads a table between tabs; its header names the query's column, then the properties.
    ///
    /// Throws `EvalError`; a query that is there twice is refused.
    public init(path: String) throws {
        let lines = try TextLines(path: path)
        var header: [String] = []
        var values: [String: [String: String]] = [:]
        try lines.forEach { line, number in
            let fields = line.utf8.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
                .map { String(Substring($0)) }
            if header.isEmpty {
                guard fields.count >= 2, Set(fields).count == fields.count else {
                    throw lines.problem(
                        number,
                        nil,
                        "this is no header",
                        "Begin with: query, tab, the names of the properties"
                    )
                }
                header = fields
                return
            }
            guard fields.count == header.count else {
                throw lines.problem(
                    number,
                    nil,
                    "\(fields.count) fields where the header has \(header.count)",
                    "Give each query a value of each property"
                )
            }
            let properties = Dictionary(zip(header, fields).dropFirst().map { ($0, $1) }) { first, _ in first }
            guard values.updateValue(properties, forKey: fields[0]) == nil else {
                throw lines.problem(number, "query", "\"\(fields[0].excerpt)\" is there twice", "Leave one line")
            }
        }
        guard !values.isEmpty else { throw EvalError.empty(path: path, expected: "a header, then a line a query") }
        properties = Array(header.dropFirst())
        self.values = values
    }

    /// The queries that have a property's value, in no order; a query without a line has none.
    ///
    /// `text` is `property=value`. Throws `EvalError.noTopic`.
    public func queries(having text: String) throws -> Set<String> {
        let sides = text.split(separator: "=", maxSplits: 1).map(String.init)
        let found = sides.count == 2 ? values.filter { $0.value[sides[0]] == sides[1] }.map(\.key) : []
        guard !found.isEmpty else {
            let known = properties.flatMap { property in groups(property).map { "\(property)=\($0)" } }
            throw EvalError.noTopic(property: text, known: known)
        }
        return Set(found)
    }

    /// The values a property has, in byte order.
    public func groups(_ property: String) -> [String] {
        Set(values.values.compactMap { $0[property] }).sorted(by: Run.precedes)
    }
}

extension Qrels {
    /// The judgments of some queries only.
    public func only(_ queries: Set<String>) -> Qrels {
        Qrels(grades.filter { queries.contains($0.key) }, scale: scale)
    }
}

extension Run {
    /// The answers to some queries only.
    public func only(_ queries: Set<String>) -> Run { Run(self, keeping: queries) }
}

extension RelevanceScale {
    /// The scales that have names.
    public static let named: [(name: String, scale: RelevanceScale)] = [
        ("trec", .trec), ("esci", .esci), ("wands", .wands),
    ]

    /// The scale of a name: `trec`, `esci` or `wands`.
    ///
    /// Throws `EvalError.unknownName`.
    public init(named name: String) throws {
        guard let known = Self.named.first(where: { $0.name == name }) else {
            throw EvalError.unknownName(kind: "scale", name: name, known: Self.named.map(\.name))
        }
        self = known.scale
    }
}

extension Evaluation {
    /// The same figures over some of the queries; nil where none of them is judged.
    public func only(_ wanted: Set<String>) -> Evaluation? {
        let places = queries.indices.filter { wanted.contains(queries[$0]) }
        guard !places.isEmpty else { return nil }
        return Evaluation(
            name: name,
            metrics: metrics,
            queries: places.map { queries[$0] },
            values: values.mapValues { values in places.map { values[$0] } },
            oracles: oracles.mapValues { values in places.map { values[$0] } },
            missing: missing.filter(wanted.contains),
            extra: [],
            unanswerable: unanswerable.filter(wanted.contains)
        )
    }
}
