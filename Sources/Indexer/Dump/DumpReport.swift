/// What a dump turned out to be and what became of it.
///
/// Complete when the reader has reached the end.
public struct DumpReport: Sendable, Hashable, Codable {
    /// One entry for each file, in the order given.
    public var files: [File] = []

    /// An empty report.
    public init() {}

    /// Rows read in all files, header lines not counted.
    public var rows: Int { files.reduce(0) { $0 + $1.rows } }
    /// Products passed on.
    public var products: Int { files.reduce(0) { $0 + $1.products } }
    /// Rejected rows by `RejectReason.code`, duplicates (which the index build finds) not included.
    public var rejected: [String: Int] {
        files.reduce(into: [:]) { sum, file in sum.merge(file.rejected, uniquingKeysWith: +) }
    }

    /// One file's part of the report.
    public struct File: Sendable, Hashable, Codable {
        /// The file's name as given; "-" is standard input.
        public var name: String
        /// The syntax recognized or asked for.
        public var format: DumpFormat
        /// The feed recognized ("Shopify"), or "table" / "objects" mapped by likely names.
        public var feed: String
        /// The character encoding recognized or asked for.
        public var encoding: TextEncoding
        /// Whether it was gzipped.
        public var compressed: Bool
        /// The delimiter of a delimited file ("," or "\t").
        public var delimiter: String?
        /// What is worth knowing about how the file was read ("no header line: title guessed from column 3").
        public var notes: [String] = []
        /// Every column or key met, in the order met.
        public var columns: [Column] = []
        /// Rows read, header line not counted.
        public var rows = 0
        /// Products passed on.
        public var products = 0
        /// Rejected rows by `RejectReason.code`.
        public var rejected: [String: Int] = [:]
        /// Rows left out on purpose, by reason ("not published").
        public var skipped: [String: Int] = [:]
        /// Fields that could not be understood in products that were kept, by kind ("price").
        public var warnings: [String: Int] = [:]
        /// The first warnings, in full.
        public var warningExamples: [String] = []
    }

    /// What became of one column or key.
    public struct Column: Sendable, Hashable, Codable {
        /// The column's name as the file spells it.
        public var name: String
        /// What it is used for.
        public var role: Role
        /// Rows in which it had a value.
        public var filled: Int

        /// A column's line of the report.
        public init(name: String, role: Role, filled: Int) {
            self.name = name
            self.role = role
            self.filled = filled
        }
    }

    /// What a column is used for.
    public enum Role: Sendable, Hashable, Codable {
        case mapped(ProductField)
        /// Kept as an attribute of this name.
        case attribute(String)
        case ignored(reason: String)
        /// Steers how rows are read ("publication", "parent").
        case used(purpose: String)
    }
}

/// How far the reader is.
public struct DumpProgress: Sendable, Hashable {
    /// Bytes read from the files as they lie (compressed bytes of a gzip file).
    public var bytesRead: Int
    /// Sum of the files' sizes; nil where one of them is a pipe.
    public var totalBytes: Int?
    /// Rows read so far, header lines not counted.
    public var rows: Int

    /// A state of reading.
    public init(bytesRead: Int = 0, totalBytes: Int? = nil, rows: Int = 0) {
        self.bytesRead = bytesRead
        self.totalBytes = totalBytes
        self.rows = rows
    }
}
