/// Writes rejected rows in their original form, to be repaired and indexed again.
///
/// Rows of one file format and header go to `path` itself, rows of a second layout to `path.2` and so on; why each row
/// was rejected goes to `path.reasons.tsv`. Nothing is created before the first reject.
public final class RejectsWriter {
    /// The files written so far.
    public private(set) var files: [String] = []

    /// A writer that will create `path` when the first reject comes.
    public init(path: String) {}

    /// Adds one row.
    ///
    /// - Throws: `DumpError.cannotWrite`.
    public func write(_ reject: Reject) throws {}

    /// Completes and closes the files.
    ///
    /// - Throws: `DumpError.cannotWrite`.
    public func finish() throws {}
}
