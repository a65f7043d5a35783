/// Relevance judgments: for each query, the grade of each judged document.
public struct Qrels: Sendable, Equatable {
    /// Query, then document, then grade.
    ///
    /// 0 is judged and not relevant. Below 0 is not judged, as in trec_eval: a document outside the pool.
    public var grades: [String: [String: Int]]
    /// What the grades mean.
    public var scale: RelevanceScale

    /// Judgments by query and document.
    public init(_ grades: [String: [String: Int]], scale: RelevanceScale = .trec) {
        self.grades = grades
        self.scale = scale
    }

    /// The queries, in byte order.
    public var queries: [String] { grades.keys.sorted(by: Run.precedes) }

    /// The greatest grade of all, at least 0.
    public var greatestGrade: Int { grades.values.reduce(0) { max($0, $1.values.max() ?? 0) } }

    /// The judgments under other names for their queries; queries without a new name keep theirs.
    ///
    /// Quepid's files name a query by its text, runs by an identifier. Throws `EvalError.renamedTwice`.
    public func renamingQueries(_ names: [String: String]) throws -> Qrels {
        var renamed: [String: [String: Int]] = [:]
        for query in queries {
            let name = names[query] ?? query
            guard renamed[name] == nil else { throw EvalError.renamedTwice(query: name) }
            renamed[name] = grades[query]
        }
        return Qrels(renamed, scale: scale)
    }
}
