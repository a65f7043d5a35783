/// Relevance judgments: for each query, the grade of each judged document.
public struct Qrels: Sendable, Equatable {
    /// Query, then document, then grade; 0 and below is not relevant.
    public var grades: [String: [String: Int]]

    /// Judgments by query and document.
    public init(_ grades: [String: [String: Int]]) {
        self.grades = grades
    }
}
