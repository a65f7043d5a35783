/// One query's ranking as metrics see it: the grades of its documents in order, and what there was to find.
public struct JudgedRanking: Sendable, Equatable {
    /// The grade of each retrieved document, best rank first; nil where it is not judged.
    public let grades: [Int?]
    /// All judged grades of the query, retrieved or not, greatest first; none below 0.
    public let judged: [Int]
    /// What the grades mean.
    public let scale: RelevanceScale
    /// The greatest grade of all queries, 0 or more.
    public let greatestGrade: Int

    /// A ranking by its grades.
    ///
    /// Grades below 0 count as not judged.
    public init(grades: [Int?], judged: [Int], scale: RelevanceScale = .trec, greatestGrade: Int? = nil) {
        self.grades = grades.map { grade in grade.flatMap { $0 < 0 ? nil : $0 } }
        self.judged = judged.filter { $0 >= 0 }.sorted(by: >)
        self.scale = scale
        self.greatestGrade = max(greatestGrade ?? 0, self.judged.first ?? 0)
    }

    /// A query's ranking looked up in its judgments.
    init(_ documents: [Run.Document], _ grades: [String: Int], scale: RelevanceScale, greatestGrade: Int) {
        self.init(
            grades: documents.map { grades[$0.id] },
            judged: Array(grades.values),
            scale: scale,
            greatestGrade: greatestGrade
        )
    }

    /// How many of the query's judged documents are relevant.
    public var relevantCount: Int { judged.count { scale.isRelevant($0) } }
    /// How many of the query's judged documents are not relevant.
    public var nonRelevantCount: Int { judged.count - relevantCount }

    /// Whether the document at a 0-based rank is judged relevant.
    func isRelevant(_ rank: Int) -> Bool { grades[rank].map(scale.isRelevant) ?? false }

    /// How many of the first `depth` documents (nil: of all) are relevant.
    func relevantCount(within depth: Int?) -> Int {
        (0..<limit(depth)).count { isRelevant($0) }
    }

    /// The ranks a metric looks at: `depth`, or fewer where fewer were retrieved.
    func limit(_ depth: Int?) -> Int { min(depth ?? grades.count, grades.count) }

    /// The ranking without the documents nobody judged (Sakai, SIGIR 2007: condensed lists; trec_eval -J).
    public var condensed: JudgedRanking { with(grades.filter { $0 != nil }) }

    /// The same documents in the best order: greatest grade first, the unjudged last.
    public var oracle: JudgedRanking { with(grades.sorted { ($0 ?? -1) > ($1 ?? -1) }) }

    private func with(_ grades: [Int?]) -> JudgedRanking {
        JudgedRanking(grades: grades, judged: judged, scale: scale, greatestGrade: greatestGrade)
    }
}
