internal import Indexer

/// What became of a list's rows.
public struct ListReport: Sendable, Equatable, Codable {
    /// The file.
    public var path: String
    /// Rows that are aligned.
    public var rows: Int
    /// Rows that were left out, by reason.
    public var rejected: [String: Int]
    /// The first of them in words: file, line, field, what is wrong, what helps.
    public var examples: [String]

    /// The report of a list that was read.
    init(path: String, _ report: BuildReport) {
        self.path = path
        rows = report.products
        rejected = report.rejected
        examples = report.examples
    }
}
